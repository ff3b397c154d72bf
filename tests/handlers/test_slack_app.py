"""Over HTTP only Slack is heard: whoever else knows the address can press nothing in anybody's name."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from slack_bolt import BoltRequest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

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


def test_what_slack_signed_is_heard(migrated_sqlite_url: str) -> None:
    assert status_of(migrated_sqlite_url, secret=SECRET) != 401


@pytest.mark.parametrize(("secret", "age"), [("guessed", 0), (SECRET, 6 * MINUTE)])
def test_what_is_forged_or_played_back_is_refused(migrated_sqlite_url: str, secret: str, age: int) -> None:
    assert status_of(migrated_sqlite_url, secret=secret, age=age) == 401
