"""A sender that stood still past its lease: others took over, and what it comes back with harms nothing."""

from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.services import delivery, departures, presses, undeliverable
from bot.services.delivery import Parcel
from rules.delivery import LAST_CALL, LEASE, DeliveryState, Failure, FailureKind, Purpose
from tests.cast import FATIMA
from tests.services.floor import Floor
from tests.services.relaying import sender_of

ARCHIVED = Failure(FailureKind.REFUSED, "is_archived", "Unarchive the channel.")


def taken_over(floor: Floor) -> tuple[Parcel, Parcel]:
    """The first sender's parcel, and the second's after the lease of the first has ended."""
    (card,) = floor.claims(by="relay-1")
    floor.now += LEASE
    floor.claims(by="relay-2")
    (again,) = departures.claim_unknown(floor.database, by="relay-2", now=floor.now, limit=5)
    return card, again


def test_a_failure_that_comes_late_does_not_send_again_what_another_has_delivered(floor: Floor) -> None:
    floor.hears()
    late, current = taken_over(floor)
    floor.delivers(current)
    pause = Failure(FailureKind.RATE_LIMITED, "ratelimited", "Slack asked for a pause.")
    delivery.not_delivered(floor.database, late, pause, now=floor.now)
    delivery.not_found(floor.database, late, now=floor.now)
    delivery.lost_card(floor.database, late, now=floor.now)
    undeliverable.bury(floor.database, late, ARCHIVED, elsewhere=True, plan=floor.plan, now=floor.now)
    assert [row.state for row in floor.rows(Purpose.CARD)] == [DeliveryState.SENT]
    assert floor.thread().channel == "#filling"


def test_a_second_post_of_the_same_is_told_to_be_one_too_many(floor: Floor) -> None:
    floor.hears()
    late, current = taken_over(floor)
    floor.delivers(current, ts="100.1")
    assert not delivery.delivered(
        floor.database, late, channel_id="C0FILLING", ts="100.9", shown="hash", now=floor.now
    )
    assert [row.ts for row in floor.rows(Purpose.CARD)] == ["100.1"]


def test_an_update_that_may_lie_over_a_newer_one_is_drawn_again(floor: Floor) -> None:
    floor.hears()
    floor.shows_everything()
    floor.hears()
    late, current = taken_over(floor)
    delivery.not_found(floor.database, current, now=floor.now)
    presses.acknowledge(floor.database, 1, by=FATIMA, seen=None, plan=floor.plan, now=floor.now)
    for _ in range(3):
        floor.now += timedelta(seconds=3)
        for newer in floor.claims():
            floor.delivers(newer)
    assert not floor.rows(Purpose.CARD, state=DeliveryState.PENDING)
    floor.delivers(late)
    assert floor.rows(Purpose.CARD, state=DeliveryState.PENDING)


def test_a_note_that_was_under_way_when_its_channel_was_given_up_follows_its_thread(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    floor.delivers(card)
    (note,) = floor.claims()
    presses.acknowledge(floor.database, 1, by=FATIMA, seen=None, plan=floor.plan, now=floor.now)
    (update,) = floor.claims()
    undeliverable.bury(floor.database, update, ARCHIVED, elsewhere=True, plan=floor.plan, now=floor.now)
    floor.now += LEASE
    floor.claims(limit=0)
    (lost,) = departures.claim_unknown(floor.database, by="relay-2", now=floor.now, limit=5)
    assert lost.row.seq == note.row.seq
    assert lost.placement is not None
    assert note.placement is not None
    assert (lost.placement.channel_id, lost.placement.ts) == (note.placement.channel_id, note.placement.ts)
    delivery.not_found(floor.database, lost, now=floor.now)
    floor.shows_everything()
    notes = floor.rows(Purpose.NOTE)
    assert [(row.target, row.state) for row in notes] == [("#control-room", DeliveryState.SENT)] * 2


class NobodyCalls(WebClient):
    """A way to Slack that must not be taken."""

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:
        raise AssertionError(f"{api_method} was called")


def test_a_call_is_not_begun_with_too_little_left_of_its_lease(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    floor.delivers(card)
    (note,) = floor.claims()
    floor.now += LEASE - LAST_CALL + timedelta(seconds=1)
    assert sender_of(floor, NobodyCalls()).send(note) is None
    assert [row.state for row in floor.rows(Purpose.NOTE)] == [DeliveryState.SENDING]
