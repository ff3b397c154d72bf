"""Whom the plan means in Slack: asked soon again when the answer was cut short, and with few questions."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.relay.looking_up import LookingUp
from bot.slack.address_book import AddressBook
from bot.store.database import Database
from tests.cast import NOON, plan_in_force


class Workspace(WebClient):
    """Answers the next questions with these refusals, one each, and all others well; two channels a page."""

    def __init__(self, *refusals: str, channels: int = 2) -> None:
        super().__init__()
        self._refusals = list(refusals)
        self._channels = [f"other-{number}" for number in range(channels)]
        self.asked: list[str] = []

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:
        self.asked.append(api_method)
        if self._refusals and (refusal := self._refusals.pop(0)):
            said = {"ok": False, "error": refusal}
            raise SlackApiError(refusal, said)  # type: ignore[no-untyped-call]  # so in the SDK
        about = options.get("params") or {}
        start = int(about.get("cursor") or 0)
        names = ["filling", *self._channels]
        rest = str(start + 2) if start + 2 < len(names) else ""
        data = {
            "channels": [{"name": name, "id": f"C0{name.upper()}"} for name in names[start : start + 2]],
            "response_metadata": {"next_cursor": rest},
            "user": {"id": about.get("user") or "U0BYMAIL01"},
        }
        return SlackResponse(
            client=self,
            http_verb="GET",
            api_url="",
            req_args={},
            data={"ok": True, **data},
            headers={},
            status_code=200,
        )


def asked_again(slack: Workspace, database: Database) -> bool:
    """Whether Slack is asked once more a minute after the first time."""
    book = AddressBook(database, slack, now=lambda: NOON)
    looking_up = LookingUp(database, book, plan=plan_in_force, now=lambda: NOON, heard=lambda: None)
    looking_up.look_if_new()
    before = len(slack.asked)
    looking_up.look_if_new()
    looking_up.look_again()
    return len(slack.asked) > before


@pytest.mark.parametrize(
    ("refusals", "again"),
    [
        ((), False),
        (("ratelimited",), True),
        (("internal_error",), True),
        (("", "", "", "ratelimited"), True),
        (("invalid_auth",), False),
    ],
    ids=["answered", "a pause", "a fault", "cut short", "a refused token"],
)
def test_what_was_cut_short_is_asked_again_within_a_minute(
    migrated_sqlite_url: str, refusals: tuple[str, ...], again: bool
) -> None:
    database = Database(migrated_sqlite_url)
    assert asked_again(Workspace(*refusals), database) is again
    database.close()


def test_a_large_workspace_is_not_read_to_its_end_for_one_channel(migrated_sqlite_url: str) -> None:
    database, slack = Database(migrated_sqlite_url), Workspace(channels=500)
    book = AddressBook(database, slack, now=lambda: NOON)
    assert book.channel_id("#filling") == "C0FILLING"
    assert slack.asked == ["conversations.list"]
    database.close()
