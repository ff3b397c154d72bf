"""A post whose answer was lost is found wherever Slack shows it, so that nobody is paged twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.services import delivery, departures
from bot.services.delivery import Parcel
from rules.delivery import SETTLING, DeliveryState, Failure, FailureKind, OutboxRow, Purpose
from tests.cast import NOON
from tests.services.floor import Floor
from tests.services.relaying import reconciler_of, sender_of

LOST = Failure(FailureKind.PERHAPS_DONE, "timed_out", "Slack's answer was lost.")

Said = tuple[str, float]
"""A message: the block id of its first block, and its ts."""


class Conversation(WebClient):
    """A channel and a thread in it, in a workspace that keeps no metadata and tells one message a page.

    It takes what is posted, and its answer is lost.
    """

    def __init__(self, *, channel: Sequence[Said] = (), thread: Sequence[Said] = ()) -> None:
        super().__init__()
        self._told = {"conversations.history": [*channel], "conversations.replies": [*thread]}
        self.refuses_to_tell = ""

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:
        if api_method == "conversations.list":
            return self._answer(channels=[{"name": "filling", "id": "C0FILLING"}])
        if api_method == "chat.postMessage":
            first_block = options["json"]["blocks"][0]
            self._told["conversations.history"].append((first_block.get("block_id", ""), NOON.timestamp()))
            raise TimeoutError("the answer is lost")
        if self.refuses_to_tell:
            refusal = {"ok": False, "error": self.refuses_to_tell}
            raise SlackApiError("refused", refusal)  # type: ignore[no-untyped-call]  # so in the SDK
        about = options["params"]
        messages = [
            {"ts": f"{ts:.6f}", "blocks": [{"type": "section", "block_id": block_id}]}
            for block_id, ts in self._told[api_method]
            if ts >= float(about["oldest"])
        ]
        first = int(about.get("cursor") or 0)
        following = str(first + 1) if first + 1 < len(messages) else ""
        return self._answer(
            messages=messages[first : first + 1], response_metadata={"next_cursor": following}
        )

    def _answer(self, **data: Any) -> SlackResponse:
        return SlackResponse(
            client=self,
            http_verb="GET",
            api_url="",
            req_args={},
            data={"ok": True, **data},
            headers={},
            status_code=200,
        )


def answer_lost(floor: Floor, parcel: Parcel) -> Parcel:
    """Slack says nothing to a post; after a while somebody looks for it."""
    delivery.not_delivered(floor.database, parcel, LOST, now=floor.now)
    return claimed_to_look(floor)


def claimed_to_look(floor: Floor) -> Parcel:
    floor.now += SETTLING
    (lost,) = departures.claim_unknown(floor.database, by="relay-1", now=floor.now, limit=1)
    return lost


def looked_for(floor: Floor, lost: Parcel, slack: Conversation) -> OutboxRow:
    reconciler_of(floor, slack).reconcile(lost)
    (row,) = floor.rows(lost.row.purpose)
    return row


def lost_card(floor: Floor) -> Parcel:
    floor.hears()
    (card,) = floor.claims()
    return answer_lost(floor, card)


def test_what_is_posted_carries_the_mark_that_it_is_found_by(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    slack = Conversation()
    sender_of(floor, slack).send(card)
    assert looked_for(floor, claimed_to_look(floor), slack).state is DeliveryState.SENT


def test_a_workspace_without_metadata_shows_it_by_its_first_block(floor: Floor) -> None:
    lost = lost_card(floor)
    ts = floor.now.timestamp()
    found = looked_for(floor, lost, Conversation(channel=[(lost.row.mark, ts)]))
    assert (found.state, found.ts) == (DeliveryState.SENT, f"{ts:.6f}")


def test_it_is_found_behind_a_page_of_other_news(floor: Floor) -> None:
    lost = lost_card(floor)
    ts = floor.now.timestamp()
    news = [(f"chatter-{number}", ts + number) for number in range(5)]
    found = looked_for(floor, lost, Conversation(channel=[*news, (lost.row.mark, ts)]))
    assert found.state is DeliveryState.SENT


def test_it_is_found_although_slacks_clock_lags_behind_ours(floor: Floor) -> None:
    lost = lost_card(floor)
    ts = (floor.now - timedelta(minutes=2)).timestamp()
    assert looked_for(floor, lost, Conversation(channel=[(lost.row.mark, ts)])).state is DeliveryState.SENT


def test_a_note_is_looked_for_in_its_thread(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    floor.delivers(card)
    (note,) = floor.claims()
    lost = answer_lost(floor, note)
    assert lost.row.purpose is Purpose.NOTE
    slack = Conversation(thread=[(lost.row.mark, floor.now.timestamp())])
    assert looked_for(floor, lost, slack).state is DeliveryState.SENT


def test_what_slack_shows_nowhere_is_sent_again(floor: Floor) -> None:
    lost = lost_card(floor)
    slack = Conversation(channel=[("another", floor.now.timestamp())])
    assert looked_for(floor, lost, slack).state is DeliveryState.PENDING


@pytest.mark.parametrize("code", ["not_in_channel", "channel_not_found"])
def test_where_nobody_may_look_any_more_its_thread_moves_on_and_is_not_looked_for_for_ever(
    floor: Floor, code: str
) -> None:
    lost = lost_card(floor)
    slack = Conversation()
    slack.refuses_to_tell = code
    reconciler_of(floor, slack).reconcile(lost)
    assert floor.thread().channel == "#control-room"
    (old,) = floor.rows(Purpose.CARD, target="#filling")
    assert (old.state, (old.error or "")[: len(code)]) == (DeliveryState.DEAD, code)
    floor.shows_everything()
    assert [row.state for row in floor.rows(Purpose.NOTE, target="#control-room")] == [DeliveryState.SENT]


def test_a_note_that_was_lost_together_with_its_deleted_card_is_told_under_a_new_one(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    floor.delivers(card)
    (note,) = floor.claims()
    slack = Conversation()
    slack.refuses_to_tell = "thread_not_found"
    lost = answer_lost(floor, note)
    assert looked_for(floor, lost, slack).state is DeliveryState.PENDING
    assert [row.state for row in floor.rows(Purpose.CARD)] == [DeliveryState.SENT, DeliveryState.PENDING]


def test_while_slack_cannot_tell_it_is_asked_again_later(floor: Floor) -> None:
    slack = Conversation()
    slack.refuses_to_tell = "internal_error"
    assert looked_for(floor, lost_card(floor), slack).state is DeliveryState.UNKNOWN
