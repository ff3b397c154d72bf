"""What Slack delivers is stored before anybody works on it; what cannot be stored, Slack keeps for us."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from structlog.testing import capture_logs

from bot.services.inbox import HELD_FOR
from bot.store.database import Database
from handlers.context import Body, Desk
from handlers.inbox import settled, take_events_once, take_up_again
from handlers.middleware import lay_desk
from tests.cast import NOON
from tests.handlers.desk import desk_with

EVENT = {"type": "app_mention", "user": "U0MARIA01"}
BODY = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": EVENT}


class Time:
    """A clock that a story moves."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


class Mentions:
    """Slack's deliveries to a listener that fails as often as a story wants, and what it came to hear."""

    def __init__(self, desk: Desk, time: Time) -> None:
        self.heard: list[Body] = []
        self.failures = 0
        self._desk = desk
        self._time = time
        self._pool = ThreadPoolExecutor(1)
        known = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-test", bot_user_id="UBOT")
        self._bolt = App(authorize=lambda: known, signing_secret="unused", listener_executor=self._pool)
        self._bolt.middleware(lay_desk(desk))
        self._bolt.middleware(take_events_once(desk))
        self._bolt.event("app_mention")(settled(self._hear))

    def deliver(self) -> int:
        """Slack delivers it; the status is what it is answered."""
        status = self._bolt.dispatch(BoltRequest(body=BODY, mode="socket_mode")).status
        self._pool.submit(int).result()
        return status

    def take_up_again(self, *, after: timedelta) -> None:
        self._time.at += after
        take_up_again(self._bolt, self._desk)
        self._pool.submit(int).result()

    def _hear(self, event: Body, _: WebClient, __: BoltContext) -> None:
        self.heard.append(event)
        if len(self.heard) <= self.failures:
            raise LookupError("the listener breaks off")


@pytest.fixture
def mentions(database_url: str) -> Iterator[Mentions]:
    database, time = Database(database_url), Time()
    with capture_logs():
        yield Mentions(replace(desk_with(database), clock=time), time)
    database.close()


def test_an_event_that_slack_sends_again_is_worked_on_once(mentions: Mentions) -> None:
    assert [mentions.deliver(), mentions.deliver()] == [200, 200]
    mentions.take_up_again(after=HELD_FOR)
    assert mentions.heard == [EVENT]


def test_an_event_whose_listener_broke_off_is_worked_on_again_and_then_no_more(mentions: Mentions) -> None:
    mentions.failures = 1
    mentions.deliver()
    mentions.take_up_again(after=HELD_FOR / 2)
    assert mentions.heard == [EVENT], "somebody may still be at it"
    mentions.take_up_again(after=HELD_FOR / 2)
    mentions.take_up_again(after=HELD_FOR)
    assert mentions.heard == [EVENT, EVENT]


def test_an_event_that_cannot_be_stored_is_refused_so_that_slack_sends_it_again(sqlite_url: str) -> None:
    without_tables = Database(sqlite_url)
    request = BoltRequest(body=BODY, mode="socket_mode")
    take = take_events_once(desk_with(without_tables))
    assert take(request=request, next_=lambda: BoltResponse(status=200)).status == 503
    without_tables.close()
