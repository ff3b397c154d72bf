"""What leaves for Slack, when, in which order; and what becomes of it."""

from datetime import datetime, timedelta

import pytest

from bot.services import delivery, departures, presses
from bot.services.delivery import Parcel
from rules.delivery import LEASE, SETTLING, DeliveryState, Failure, FailureKind, Purpose
from rules.pace import PER_CHANNEL, POST, UPDATE
from tests.cast import FATIMA, NOON, after, event, line_down
from tests.services.floor import Floor


def fails(floor: Floor, parcel: Parcel, kind: FailureKind, retry_after: float | None = None) -> DeliveryState:
    wait = None if retry_after is None else timedelta(seconds=retry_after)
    failure = Failure(kind, "code", "advice", wait)
    return delivery.not_delivered(floor.database, parcel, failure, now=floor.now)


def passes(floor: Floor, **time: float) -> None:
    floor.now += timedelta(**time)


def test_a_note_waits_for_its_card(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    assert (card.row.purpose, card.method) == (Purpose.CARD, POST)
    assert floor.claims() == []
    floor.delivers(card, ts="100.1")
    (note,) = floor.claims()
    assert note.row.purpose is Purpose.NOTE
    assert note.placement is not None
    assert (note.placement.ts, note.placement.channel_id) == ("100.1", "C0FILLING")


def test_a_card_that_slack_has_is_updated_and_keeps_the_mark_it_was_posted_with(floor: Floor) -> None:
    floor.hears()
    floor.shows_everything()
    marks = []
    for _ in range(2):
        floor.hears()
        (card,) = floor.claims()
        assert card.method == UPDATE
        assert card.placement is not None
        marks.append(card.placement.mark)
        floor.delivers(card)
    assert marks == [floor.rows(Purpose.CARD)[0].mark] * 2


def test_notes_of_one_thread_leave_one_after_the_other(floor: Floor) -> None:
    floor.hears()
    for minute in (5, 15, 25):
        floor.waits(after(minute))
    (card,) = [parcel for parcel in floor.claims() if parcel.row.target == "#filling"]
    floor.delivers(card)
    said = []
    for _ in range(4):
        passes(floor, seconds=5)
        (note,) = floor.claims()
        assert floor.claims() == []
        floor.delivers(note)
        said.append(note.row.seq)
    assert said == [row.seq for row in floor.rows(Purpose.NOTE)]


def test_a_critical_page_is_claimed_before_older_notes(floor: Floor) -> None:
    floor.follows(line_down(), line_down(key="fire", when='event.data.state == "FIRE"', severity="critical"))
    floor.takes([event(subject=f"robot-{n}") for n in range(5)])
    floor.hears("FIRE", subject="line-2")
    (parcel,) = floor.claims(limit=1)
    assert parcel.thread is not None
    assert parcel.thread.severity == "critical"


def test_a_page_that_stands_behind_a_mere_note_takes_it_along(floor: Floor) -> None:
    floor.hears()
    floor.hears(subject="line-2")
    floor.shows_everything()
    passes(floor, minutes=1)
    presses.acknowledge(floor.database, 2, by=FATIMA, seen=1, plan=floor.plan, now=floor.now)
    floor.hears("RUNNING")
    floor.waits(after(5))
    notes = [parcel.row.thread_id for parcel in floor.claims() if parcel.row.purpose is Purpose.NOTE]
    assert notes == [1, 2]


def test_a_channel_gets_a_short_burst_and_then_one_a_second(floor: Floor) -> None:
    floor.takes([event(subject=f"filler-2-{n}", source="/plc") for n in range(12)])
    assert {row.target for row in floor.rows()} == {"#control-room"}
    left = []
    for _ in range(6):
        left.append(len(floor.claims()))
        passes(floor, seconds=1)
    assert left == [2, 1, 1, 1, 1, 1]


def test_updates_keep_the_pace_of_the_whole_workspace_over_a_minute(floor: Floor) -> None:
    floor.takes([event(subject=f"robot-{n}") for n in range(52)])
    floor.shows_everything()
    passes(floor, minutes=2)
    floor.takes([event(subject=f"robot-{n}", at=floor.now) for n in range(52)])
    updates = 0
    for _ in range(60):
        updates += sum(parcel.method == UPDATE for parcel in floor.claims())
        passes(floor, seconds=1)
    assert 45 <= updates <= 50


def test_a_channel_without_budget_does_not_hold_up_another(floor: Floor) -> None:
    floor.takes([event(subject=f"robot-{n}") for n in range(9)])
    floor.claims()
    floor.hears(subject="packaging")
    (parcel,) = floor.claims(limit=1)
    assert parcel.row.target == "#packaging"


def test_posts_without_budget_do_not_hold_up_an_update(floor: Floor) -> None:
    floor.hears()
    floor.shows_everything()
    passes(floor, minutes=1)
    failing = Failure(FailureKind.RATE_LIMITED, "ratelimited", "", timedelta(seconds=30))
    floor.hears(subject="packaging")
    (posting,) = floor.claims(limit=1)
    delivery.not_delivered(floor.database, posting, failing, now=floor.now)
    floor.takes([event(subject=f"robot-{n}", at=floor.now) for n in range(3)])
    floor.hears()
    (parcel,) = floor.claims(limit=1)
    assert (parcel.method, parcel.row.thread_id) == (UPDATE, 1)


def test_slacks_retry_after_holds_the_method_and_the_channel(floor: Floor) -> None:
    floor.takes([event(subject="robot-1"), event(subject="robot-2")])
    first, _ = floor.claims()
    assert fails(floor, first, FailureKind.RATE_LIMITED, retry_after=30) is DeliveryState.PENDING
    floor.hears(subject="packaging")
    passes(floor, seconds=29)
    assert floor.claims() == []
    passes(floor, seconds=1)
    assert first.row.seq in [parcel.row.seq for parcel in floor.claims()]


def test_a_call_that_was_not_made_is_made_again_after_a_while(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    assert fails(floor, card, FailureKind.NOT_DONE) is DeliveryState.PENDING
    assert floor.claims() == []
    passes(floor, seconds=1)
    (again,) = floor.claims()
    assert (again.row.seq, again.row.mark, again.row.attempts) == (card.row.seq, card.row.mark, 1)


def test_a_post_whose_answer_was_lost_blocks_only_its_own_lane(floor: Floor) -> None:
    floor.hears()
    floor.hears(subject="packaging")
    lost, other = floor.claims()
    assert fails(floor, lost, FailureKind.PERHAPS_DONE) is DeliveryState.UNKNOWN
    floor.delivers(other)
    passes(floor, minutes=1)
    assert [parcel.row.thread_id for parcel in floor.claims()] == [other.row.thread_id]


def test_it_is_looked_for_once_it_has_settled_and_adopted_if_slack_shows_it(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    fails(floor, card, FailureKind.PERHAPS_DONE)
    assert _looks_for(floor) == []
    floor.now += SETTLING
    (lost,) = _looks_for(floor)
    assert (lost.row.mark, lost.row.claimed_at) == (card.row.mark, NOON)
    assert _looks_for(floor) == []
    floor.delivers(lost, ts="99.9")
    (note,) = floor.claims()
    assert note.placement is not None
    assert note.placement.ts == "99.9"


def test_what_slack_does_not_show_is_sent_again_with_the_same_mark(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    fails(floor, card, FailureKind.PERHAPS_DONE)
    floor.now += SETTLING
    (lost,) = _looks_for(floor)
    delivery.not_found(floor.database, lost, now=floor.now)
    (again,) = floor.claims()
    assert again.row.mark == card.row.mark


def test_what_could_not_be_looked_up_is_looked_for_again_later(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    fails(floor, card, FailureKind.PERHAPS_DONE)
    floor.now += SETTLING
    (lost,) = _looks_for(floor)
    failure = Failure(FailureKind.NOT_DONE, "timeout", "advice")
    delivery.not_looked_up(floor.database, lost, failure, now=floor.now)
    assert _looks_for(floor) == []
    passes(floor, seconds=2)
    assert len(_looks_for(floor)) == 1


@pytest.mark.parametrize("seconds", [-1, 0])
def test_what_a_dead_process_was_sending_is_unknown_once_its_lease_is_over(
    floor: Floor, seconds: float
) -> None:
    floor.hears()
    floor.claims()
    floor.now += LEASE + timedelta(seconds=seconds)
    floor.claims(by="relay-2")
    (card,) = floor.rows(Purpose.CARD)
    assert card.state == (DeliveryState.SENDING if seconds else DeliveryState.UNKNOWN)
    assert len(_looks_for(floor)) == (0 if seconds else 1)


def test_a_card_that_somebody_deleted_is_posted_afresh_and_its_notes_wait(floor: Floor) -> None:
    floor.hears()
    floor.shows_everything()
    passes(floor, minutes=1)
    floor.hears()
    floor.hears("RUNNING")
    card = next(parcel for parcel in floor.claims() if parcel.row.purpose is Purpose.CARD)
    delivery.lost_card(floor.database, card, now=floor.now)
    fresh = next(parcel for parcel in floor.claims() if parcel.row.purpose is Purpose.CARD)
    assert fresh.method == POST


def test_a_note_that_missed_the_old_card_does_not_take_the_new_one_for_lost(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    floor.delivers(card)
    (note,) = floor.claims()
    floor.hears(data={"state": "DOWN", "reason": "again"})
    passes(floor, seconds=20)
    delivery.lost_card(floor.database, _card_among(floor), now=floor.now)
    floor.delivers(_card_among(floor), ts="200.1")
    delivery.lost_card(floor.database, note, now=floor.now)
    assert floor.rows(Purpose.CARD, state=DeliveryState.PENDING) == []
    assert floor.rows(Purpose.NOTE)[0].state is DeliveryState.PENDING


def test_a_catch_up_note_brings_the_threads_that_it_speaks_of(floor: Floor) -> None:
    floor.hears()
    floor.hears(subject="line-2")
    floor.waits(after(600))
    assert not [parcel for parcel in floor.claims() if parcel.row.purpose is Purpose.DIRECT]
    passes(floor, minutes=1)
    direct = next(parcel for parcel in floor.claims() if parcel.row.purpose is Purpose.DIRECT)
    assert direct.row.target == f"@{FATIMA}"
    assert {number: thread.tier for number, thread in direct.catch_up.items()} == {1: 1, 2: 1}


def test_the_relay_knows_when_it_has_something_to_do_next(floor: Floor) -> None:
    assert _next_departure(floor) is None
    floor.hears()
    assert _next_departure(floor) == NOON
    (card,) = floor.claims()
    assert card.row.lease_until is not None
    assert _next_departure(floor) == NOON + LEASE, "the note waits for the card, the card for its answer"
    floor.delivers(card)
    assert _next_departure(floor) == NOON


def test_the_relay_sleeps_until_the_slot_that_a_message_waits_for(floor: Floor) -> None:
    floor.takes([event(subject=f"robot-{n}") for n in range(4)])
    assert len(floor.claims()) == 2, "a channel takes a burst of two"
    assert _next_departure(floor) == NOON + PER_CHANNEL.interval
    passes(floor, seconds=1)
    assert _next_departure(floor) == floor.now
    assert len(floor.claims()) == 1


def test_the_relay_sleeps_until_a_lost_post_may_be_looked_for(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    fails(floor, card, FailureKind.PERHAPS_DONE)
    assert _next_departure(floor) == NOON + SETTLING


def test_looking_in_vain_wakes_nobody_or_the_relay_would_never_rest(floor: Floor) -> None:
    floor.hears()
    woken: list[str] = []
    floor.database.on_commit.append(lambda: woken.append("woken"))
    assert floor.claims()
    assert woken == ["woken"]
    assert not floor.claims()
    assert woken == ["woken"]


def _next_departure(floor: Floor) -> datetime | None:
    return departures.next_departure(floor.database, floor.now)


def _looks_for(floor: Floor) -> list[Parcel]:
    return departures.claim_unknown(floor.database, by="relay-2", now=floor.now, limit=10)


def _card_among(floor: Floor) -> Parcel:
    return next(parcel for parcel in floor.claims() if parcel.row.purpose is Purpose.CARD)
