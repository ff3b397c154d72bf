"""A press is acknowledged once it is saved; what goes wrong is said to whoever pressed, in words."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
from slack_bolt import Ack, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from structlog.testing import capture_logs

from bot.messages.answers import FAILED, NOT_SAVED, UNSURE
from bot.services import boards, quarantine
from bot.services.people import UnknownPersonError
from bot.store.database import Database, DatabaseUnavailableError, OutcomeUnknownError
from handlers import actions
from handlers.context import DESK
from handlers.refusals import in_words
from handlers.telling import tell
from rules.exception_threads import State
from tests.cast import plan_in_force
from tests.handlers.desk import desk_with
from tests.services.floor import Floor


class Acknowledging(Ack):
    """Looks at the exception at the moment at which Slack is told that the press was taken."""

    def __init__(self, database: Database) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bolt leaves it so
        self.database = database
        self.saw: list[State] = []

    def __call__(self, *said: object, **about: object) -> BoltResponse:
        self.saw.append(boards.find(self.database, 1).state)
        return BoltResponse(status=200)


def test_a_press_is_acknowledged_only_once_it_is_saved(database_url: str) -> None:
    database = Database(database_url)
    Floor(database, plan_in_force()).hears()
    ack = Acknowledging(database)
    body = {"user": {"id": "U0MARIA01"}, "actions": [{"value": "1:1"}]}
    actions.acknowledge(ack, body, WebClient(), BoltContext({DESK: desk_with(database)}))
    assert ack.saw == [State.ACKNOWLEDGED]
    database.close()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DatabaseUnavailableError("the database is locked"), NOT_SAVED),
        (OutcomeUnknownError("the database went away while it committed"), UNSURE),
        (ZeroDivisionError("secret=hunter2"), FAILED),
        (UnknownPersonError("<!channel> is unknown"), "&lt;!channel&gt; is unknown"),
    ],
)
def test_whoever_pressed_is_told_why_not(migrated_sqlite_url: str, error: Exception, words: str) -> None:
    database = Database(migrated_sqlite_url)
    with capture_logs():
        assert in_words(error, desk_with(database)) == words
    assert words
    database.close()


class Whispering(WebClient):
    """Keeps what is said to one person."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def chat_postEphemeral(self, **about: Any) -> Any:  # noqa: N802 - the SDK names it so
        self.said.append(about["text"])


def test_in_quarantine_whoever_presses_is_told_that_it_counts_although_no_card_shows_it(
    migrated_sqlite_url: str,
) -> None:
    database, client = Database(migrated_sqlite_url), Whispering()
    floor = Floor(database, plan_in_force())
    floor.hears()
    quarantine.begin(database, by="olga", reason="a <!rule> runs wild", now=floor.now)
    body = {
        "user": {"id": "U0MARIA01"},
        "actions": [{"value": "1:1"}],
        "container": {"channel_id": "C0FILLING"},
    }
    actions.acknowledge(Acknowledging(database), body, client, BoltContext({DESK: desk_with(database)}))
    (said,) = client.said
    assert said.startswith("Saved: you have EX-1. Its card does not show it yet, because olga holds back")
    assert "&lt;!rule&gt;" in said
    assert boards.find(database, 1).state is State.ACKNOWLEDGED
    database.close()


class Outside(WebClient):
    """Slack, for a conversation that Andon is no member of."""

    def chat_postEphemeral(self, **_: Any) -> Any:  # noqa: N802 - the SDK names it so
        refusal = {"ok": False, "error": "channel_not_found"}
        raise SlackApiError("refused", refusal)  # type: ignore[no-untyped-call]  # so in the SDK


class _Address(BaseHTTPRequestHandler):
    """What stands behind a response_url."""

    said: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        self.said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: Any) -> None:
        """Say nothing on the terminal."""


def test_whoever_presses_where_andon_is_no_member_is_answered_all_the_same() -> None:
    with HTTPServer(("127.0.0.1", 0), _Address) as slack:
        threading.Thread(target=slack.handle_request, daemon=True).start()
        body = {
            "user": {"id": "U0MARIA01"},
            "container": {"channel_id": "D0PRIVATE"},
            "response_url": f"http://127.0.0.1:{slack.server_port}/response",
        }
        tell(Outside(), body, "EX-1 is resolved already; nothing was changed.")
    (said,) = _Address.said
    assert said["text"].startswith("EX-1 is resolved already")
    assert (said["response_type"], said["replace_original"]) == ("ephemeral", False)
