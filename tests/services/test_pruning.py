"""What is old and nobody needs goes, and is counted; what is needed stays, and nothing breaks."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import zip_longest

from sqlalchemy import func, select

from bot.pruner import AT_FIRST, EVERY, Pruner
from bot.pulse import Pulse
from bot.services import boards, inbox, presses, pruning
from bot.store.tables import events, slack_deliveries
from rules.delivery import DeliveryState, Purpose
from rules.exception_threads import State
from rules.keeping import Keeping, Kind
from rules.reception import Fate
from tests.cast import MARIA, NOON, event, line_down
from tests.services.floor import Floor
from tests.services.test_presses import DONE
from tests.services.test_quarantine import OneRound

A_MONTH = Keeping(events_days=30, deliveries_days=30)
FOR_EVER = Keeping(events_days=0, deliveries_days=0)
MUCH_LATER = NOON + timedelta(days=60)


def pruned(floor: Floor, keeping: Keeping = A_MONTH) -> dict[Kind, int]:
    batches = list(pruning.prune(floor.database, keeping, floor.now))
    return {kind: total for kind in Kind if (total := sum(b.records for b in batches if b.kind is kind))}


def stored_events(floor: Floor) -> int:
    with floor.database.reading() as tx:
        total: int = tx.execute(select(func.count()).select_from(events)).scalar_one()
    return total


def over(floor: Floor, number: int = 1) -> None:
    """It runs again, the case is resolved, and it held."""
    floor.hears("RUNNING", at=floor.now)
    presses.resolve(floor.database, number, by=MARIA, seen=None, answers=DONE, plan=floor.plan, now=floor.now)
    floor.waits(floor.now + timedelta(hours=24))
    assert floor.thread(number).state is State.VERIFIED


def test_events_and_messages_of_what_is_over_go_after_their_time(floor: Floor) -> None:
    floor.hears()
    over(floor)
    floor.shows_everything()
    sent = len(floor.rows())
    assert pruned(floor) == {}
    floor.now = MUCH_LATER
    assert pruned(floor, FOR_EVER) == {}
    assert pruned(floor) == {Kind.EVENTS: 2, Kind.DELIVERIES: sent}
    assert (stored_events(floor), floor.rows()) == (0, [])


def test_what_belongs_to_a_living_thread_stays(floor: Floor) -> None:
    floor.hears()
    floor.hears("IDLE", subject="packaging")
    floor.shows_everything()
    floor.now = MUCH_LATER
    assert pruned(floor) == {Kind.EVENTS: 1}
    assert stored_events(floor) == 1
    assert len(floor.rows(Purpose.CARD)) == 1


def test_what_belongs_to_a_living_thread_stays_also_when_its_condition_is_over(floor: Floor) -> None:
    floor.hears()
    floor.now = NOON + timedelta(minutes=1)
    floor.hears("RUNNING")
    floor.now = MUCH_LATER
    assert pruned(floor) == {}
    assert stored_events(floor) == 2


def test_what_a_standing_condition_began_with_stays_too(floor: Floor) -> None:
    floor.follows(line_down(for_="5m", fingerprint=["{{ event.subject }}"]))
    floor.hears("IDLE")
    floor.now = NOON + timedelta(minutes=1)
    floor.hears()
    floor.waits(floor.now + timedelta(minutes=5))
    floor.now = MUCH_LATER
    assert pruned(floor) == {Kind.EVENTS: 1}
    assert stored_events(floor) == 1


def test_what_waits_for_slack_or_for_a_human_stays(floor: Floor) -> None:
    floor.hears()
    over(floor)
    waiting = floor.rows(state=DeliveryState.PENDING)
    floor.now = MUCH_LATER
    pruned(floor)
    assert floor.rows() == waiting


def test_an_event_that_comes_again_is_known_as_long_as_it_is_kept(floor: Floor) -> None:
    once = event("IDLE", id="4711", at=NOON)
    floor.takes([once])
    floor.now = NOON + timedelta(days=29)
    pruned(floor)
    assert floor.takes([once])[0][0].fate is Fate.DUPLICATE
    floor.now = NOON + timedelta(days=31)
    pruned(floor)
    assert floor.takes([once])[0][0].fate is not Fate.DUPLICATE


def test_nothing_breaks_for_lack_of_old_records(floor: Floor) -> None:
    floor.hears()
    over(floor)
    floor.shows_everything()
    told = floor.facts()
    floor.now = MUCH_LATER
    pruned(floor)
    assert floor.facts() == told
    assert boards.open_threads(floor.database).total == 0
    assert floor.hears(at=floor.now) == (Fate.OPENED, 2)
    floor.shows_everything()


def test_what_slack_delivered_is_remembered_for_a_week(floor: Floor) -> None:
    for event_id in ("Ev1", "Ev2"):
        assert inbox.first_time(floor.database, event_id, {}, floor.now)
    inbox.settle(floor.database, "Ev1")
    floor.now = NOON + timedelta(days=6)
    assert pruned(floor, FOR_EVER) == {}
    assert not inbox.first_time(floor.database, "Ev1", {}, floor.now)
    floor.now = NOON + timedelta(days=8)
    assert pruned(floor, FOR_EVER) == {Kind.SLACK_DELIVERIES: 1}
    with floor.database.reading() as tx:
        # Nobody has worked on that one yet.
        assert tx.execute(select(slack_deliveries.c.event_id)).scalars().all() == ["Ev2"]


def test_what_has_gone_is_written_down_by_the_day_it_came_in(floor: Floor) -> None:
    for days in range(3):
        floor.now = NOON + timedelta(days=days)
        floor.takes([event("IDLE", at=floor.now), event("IDLE", at=floor.now)])
    floor.now = NOON + timedelta(days=31, hours=1)
    (would_go, *_) = pruning.accounts(floor.database, A_MONTH, floor.now)
    first, second = (f"{NOON + timedelta(days=days):%Y-%m-%d}" for days in range(2))
    assert would_go.days == {first: 2, second: 2}
    assert (would_go.gone, would_go.oldest) == (None, NOON)
    assert pruned(floor) == {Kind.EVENTS: 4}
    (account, *_) = pruning.accounts(floor.database, A_MONTH, floor.now)
    assert (account.days, account.gone) == ({}, (4, first, second))
    assert account.oldest == NOON + timedelta(days=2)


def test_many_batches_and_two_replicas_count_each_record_once(two_replicas: tuple[Floor, Floor]) -> None:
    first, second = two_replicas
    first.takes([event("IDLE") for _ in range(3 * pruning.BATCH)])
    first.now = second.now = MUCH_LATER
    ones, others = (pruning.prune(each.database, A_MONTH, MUCH_LATER) for each in two_replicas)
    taken_in_turn = [batch for pair in zip_longest(ones, others) for batch in pair if batch is not None]
    total = sum(batch.records for batch in taken_in_turn)
    assert total == 3 * pruning.BATCH
    (account, *_) = pruning.accounts(first.database, A_MONTH, MUCH_LATER)
    assert account.gone is not None
    assert account.gone[0] == total


def test_the_pruner_works_a_batch_at_a_time_and_then_rests_for_an_hour(floor: Floor) -> None:
    floor.takes([event("IDLE") for _ in range(pruning.BATCH + 1)])
    floor.now = MUCH_LATER
    pulses: list[OneRound] = []

    def lend(name: str, round_: object) -> Pulse:
        assert callable(round_)
        pulses.append(OneRound(name, round_))
        return pulses[-1]

    Pruner(floor.database, A_MONTH, now=lambda: floor.now, pulse=lend)
    (pulse,) = pulses

    def left_after_a_round(at: datetime) -> int:
        floor.now = at
        pulse.round()
        return stored_events(floor)

    assert left_after_a_round(MUCH_LATER) == pruning.BATCH + 1
    assert left_after_a_round(MUCH_LATER + AT_FIRST) == 1
    assert left_after_a_round(floor.now) == 0
    left_after_a_round(floor.now)
    floor.takes([event("IDLE", at=NOON)])
    floor.now += timedelta(days=40)
    assert left_after_a_round(floor.now) == 0
    assert timedelta(minutes=1) <= EVERY
