"""What reaches the listeners: over HTTP only Slack, and each thing only the listener that is meant."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from slack_bolt import BoltRequest
from slack_bolt.listener import thread_runner
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.messages.card_actions import CONTAIN
from bot.store.database import Database
from handlers.slack_app import slack_app
from tests.handlers.desk import desk_with

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BODY = "type=nothing-that-anybody-listens-to"
MINUTE = 60


def status_of(database_url: str, *, secret: str, age: int = 0) -> int:
    """How a request is answered that somebody signed with `secret`, `age` seconds ago."""
    database = Database(database_url)
    app = slack_app(desk_with(database), client=WebClient("xoxb-test"), signing_secret=SECRET)
    stamp = str(int(time.time()) - age)
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=BODY)
    headers: dict[str, str | Sequence[str]] = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": str(signature),
    }
    answer = app.dispatch(BoltRequest(body=BODY, headers=headers))
    database.close()
    return answer.status


class Sluggish(ThreadPoolExecutor):
    """The first listener begins late, and every other at once."""

    late = 0.5

    def submit(self, work: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        late, self.late = self.late, 0.0

        def begin() -> Any:
            threading.Event().wait(late)
            return work(*args, **more)

        return super().submit(begin)


class Hurried:
    """The time as Bolt sees it, ten times as fast: it looks once every hundredth of a second."""

    def __init__(self) -> None:
        self.time = partial(next, itertools.count(step=0.1))
        self.sleep = time.sleep


def test_a_listener_that_is_slow_is_not_taken_for_none(
    migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_runner, "time", Hurried())
    database = Database(migrated_sqlite_url)
    view = {
        "type": "modal",
        "callback_id": CONTAIN,
        "private_metadata": "garbled",
        "blocks": [],
        "state": {"values": {}},
    }
    sent = {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U1"}, "view": view}
    with Sluggish(2) as listeners:
        app = slack_app(desk_with(database), client=WebClient("xoxb-test"), executor=listeners)
        answer = app.dispatch(BoltRequest(mode="socket_mode", body=sent))
    assert "This form was opened before I was updated" in answer.body, "the listener that was meant says this"
    database.close()


def test_what_slack_signed_is_heard(migrated_sqlite_url: str) -> None:
    assert status_of(migrated_sqlite_url, secret=SECRET) != 401


@pytest.mark.parametrize(("secret", "age"), [("guessed", 0), (SECRET, 6 * MINUTE)])
def test_what_is_forged_or_played_back_is_refused(migrated_sqlite_url: str, secret: str, age: int) -> None:
    assert status_of(migrated_sqlite_url, secret=secret, age=age) == 401
