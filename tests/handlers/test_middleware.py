"""What Slack delivers is stored before anybody works on it; what cannot be stored, Slack keeps for us."""

from __future__ import annotations

from slack_bolt import BoltRequest, BoltResponse

from bot.store.database import Database
from handlers.middleware import take_events_once
from tests.handlers.desk import desk_with

HANDLED = BoltResponse(status=200, body="handled")


def delivered(database: Database) -> BoltResponse:
    """Slack delivers one event, always the same."""
    request = BoltRequest(body={"type": "event_callback", "event_id": "Ev1"}, mode="socket_mode")
    return take_events_once(desk_with(database))(request=request, next_=lambda: HANDLED)


def test_an_event_that_slack_sends_again_is_handled_once(database_url: str) -> None:
    database = Database(database_url)
    assert [delivered(database).body for _ in range(2)] == ["handled", ""]
    database.close()


def test_an_event_that_cannot_be_stored_is_refused_so_that_slack_sends_it_again(sqlite_url: str) -> None:
    without_tables = Database(sqlite_url)
    assert delivered(without_tables).status == 503
    without_tables.close()
