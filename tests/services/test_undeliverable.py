"""What Slack refuses for good: listed, told, and the thread lives on elsewhere."""

import pytest

from bot.services import presses, undeliverable
from bot.services.delivery import Parcel
from bot.services.undeliverable import UnknownDeliveryError
from rules.delivery import DeliveryState, Failure, FailureKind, Purpose
from tests.cast import CLAIRE, MARIA, after
from tests.services.floor import Floor

ARCHIVED = Failure(FailureKind.REFUSED, "is_archived", "Unarchive the channel.")
TOO_LONG = Failure(FailureKind.REFUSED, "msg_too_long", "This is a bug; please report it.")


def refuses(floor: Floor, parcel: Parcel, failure: Failure = ARCHIVED) -> None:
    """Slack does not take it; only an archived channel is the channel's fault."""
    undeliverable.bury(
        floor.database, parcel, failure, elsewhere=failure is ARCHIVED, plan=floor.plan, now=floor.now
    )


def told_operators(floor: Floor) -> list[str]:
    return [row.body["text"] for row in floor.rows(Purpose.DIRECT, target="#control-room") if row.body]


def test_a_thread_whose_channel_is_gone_moves_to_the_catch_all_with_its_notes(floor: Floor) -> None:
    floor.hears()
    floor.waits(after(5))
    (card,) = floor.claims()
    refuses(floor, card)
    assert floor.thread().channel == "#control-room"
    floor.shows_everything()
    assert [(row.purpose, row.state) for row in floor.rows(target="#control-room", thread_id=1)] == [
        (Purpose.NOTE, DeliveryState.SENT),
        (Purpose.NOTE, DeliveryState.SENT),
        (Purpose.CARD, DeliveryState.SENT),
    ]
    assert floor.rows(target="#filling", state=DeliveryState.PENDING) == []


def test_the_operators_are_told_what_and_why_and_what_to_do(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    refuses(floor, card)
    (message,) = told_operators(floor)
    for word in ("EX-1", "#filling", "is_archived", "Unarchive the channel"):
        assert word in message


def test_ten_threads_of_one_dead_channel_are_one_message_to_the_operators(floor: Floor) -> None:
    for subject in ("filler-2", "line-2", "filling"):
        floor.hears(subject=subject)
    for card in floor.claims():
        refuses(floor, card)
    assert len(told_operators(floor)) == 1


def test_a_moved_thread_is_never_tried_in_the_dead_channel_again(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    refuses(floor, card)
    floor.shows_everything()
    presses.acknowledge(floor.database, 1, by=MARIA, seen=1, plan=floor.plan, now=floor.now)
    assert {row.target for row in floor.rows(state=DeliveryState.PENDING)} == {"#control-room"}


def test_a_note_of_a_channel_that_was_archived_later_follows_the_thread(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    floor.delivers(card)
    (note,) = floor.claims()
    refuses(floor, note)
    floor.shows_everything()
    (sent,) = floor.rows(Purpose.NOTE)
    assert (sent.state, sent.target) == (DeliveryState.SENT, "#control-room")


def test_a_dead_escalation_channel_moves_nothing_and_is_not_tried_at_every_change(floor: Floor) -> None:
    floor.hears()
    floor.shows_everything()
    floor.now = after(1)
    for _ in range(2):
        presses.escalate_now(
            floor.database, 1, by=CLAIRE, seen=None, reason="", plan=floor.plan, now=floor.now
        )
    card = next(parcel for parcel in floor.claims() if parcel.row.target == "#escalations")
    refuses(floor, card)
    assert floor.thread().channel == "#filling"
    presses.acknowledge(floor.database, 1, by=MARIA, seen=None, plan=floor.plan, now=floor.now)
    assert len(floor.rows(target="#escalations")) == 1
    assert len(told_operators(floor)) == 1


def test_a_message_that_slack_refuses_for_itself_leaves_the_thread_where_it_is(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    refuses(floor, card, TOO_LONG)
    assert floor.thread().channel == "#filling"
    assert "msg_too_long" in told_operators(floor)[0]


def test_when_the_catch_all_itself_is_dead_it_is_listed_and_no_message_chases_its_tail(floor: Floor) -> None:
    floor.hears(subject="robot-9")
    (card,) = floor.claims()
    refuses(floor, card)
    assert told_operators(floor) == []
    assert undeliverable.troubled(floor.database) == (floor.rows(Purpose.CARD)[0],)


def test_trouble_is_listed_with_its_reason_newest_first(floor: Floor) -> None:
    floor.hears()
    floor.hears(subject="packaging")
    for card in floor.claims():
        refuses(floor, card, TOO_LONG)
    troubled = undeliverable.troubled(floor.database)
    assert [row.thread_id for row in troubled] == [2, 1]
    assert troubled[0].error == "msg_too_long: This is a bug; please report it."


def test_a_dead_delivery_can_be_retried_once_and_then_is_sent(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    refuses(floor, card, TOO_LONG)
    undeliverable.retry(floor.database, card.row.mark, MARIA, floor.now)
    with pytest.raises(
        UnknownDeliveryError, match=f"Delivery {card.row.mark} is pending; nothing was changed"
    ):
        undeliverable.retry(floor.database, card.row.mark, MARIA, floor.now)
    assert card.row.seq in [parcel.row.seq for parcel in floor.claims()]


def test_a_card_that_is_retried_in_a_channel_that_is_back_is_kept_up_to_date_there(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    refuses(floor, card)
    undeliverable.retry(floor.database, card.row.mark, MARIA, floor.now)
    floor.shows_everything()
    presses.acknowledge(floor.database, 1, by=MARIA, seen=1, plan=floor.plan, now=floor.now)
    waiting = floor.rows(Purpose.CARD, state=DeliveryState.PENDING)
    assert {row.target for row in waiting} == {"#filling", "#control-room"}


def test_a_delivery_can_be_dropped_with_the_name_of_whoever_did(floor: Floor) -> None:
    floor.hears()
    card, note = floor.rows()
    undeliverable.drop(floor.database, note.mark, MARIA, floor.now)
    dropped = floor.rows(Purpose.NOTE)[0]
    assert (dropped.state, dropped.error) == (DeliveryState.DROPPED, "dropped by maria")
    assert [parcel.row.seq for parcel in floor.claims()] == [card.seq]


def test_there_is_no_such_delivery(floor: Floor) -> None:
    with pytest.raises(UnknownDeliveryError, match=r"There is no delivery 01NOWHERE"):
        undeliverable.retry(floor.database, "01NOWHERE", MARIA, floor.now)
