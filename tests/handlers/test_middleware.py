"""What Slack delivers is stored before anybody works on it; what cannot be stored, Slack keeps for us."""

from __future__ import annotations

from slack_bolt import BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot.clock import SystemClock
from bot.slack.optional import native_charts
from bot.slack.uploads import Uploads
from bot.store.database import Database
from handlers.context import Desk
from handlers.middleware import take_events_once
from tests.cast import plan_in_force

HANDLED = BoltResponse(status=200, body="handled")


def delivered(database: Database) -> BoltResponse:
    """Slack delivers one event, always the same."""
    clock = SystemClock()
    desk = Desk(
        database,
        plan_in_force,
        clock,
        workspace_url=lambda: "https://plant.slack.com/",
        native_charts=native_charts(now=clock.now),
        uploads=Uploads(WebClient(), now=clock.now),
    )
    request = BoltRequest(body={"type": "event_callback", "event_id": "Ev1"}, mode="socket_mode")
    return take_events_once(desk)(request=request, next_=lambda: HANDLED)


def test_an_event_that_slack_sends_again_is_handled_once(database_url: str) -> None:
    database = Database(database_url)
    assert [delivered(database).body for _ in range(2)] == ["handled", ""]
    database.close()


def test_an_event_that_cannot_be_stored_is_refused_so_that_slack_sends_it_again(sqlite_url: str) -> None:
    without_tables = Database(sqlite_url)
    assert delivered(without_tables).status == 503
    without_tables.close()
