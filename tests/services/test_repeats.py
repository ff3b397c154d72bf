"""What is merely one more occurrence is counted on a short way; everything else takes the long one."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event as listening

from bot.services import presses
from bot.store import repeats
from bot.store.repeats import Repeats
from bot.store.writer_gate import Priority
from rules.delivery import DeliveryState, Purpose, Urgency
from rules.exception_threads import FactKind, State
from rules.reception import Fate
from tests.cast import MARIA, NOON, event, line_down
from tests.services.floor import Floor

MINUTE = timedelta(minutes=1)
DONE = {"root_cause": "cap jam"}


def test_a_hundred_repeats_are_a_count_and_no_hundred_facts(floor: Floor) -> None:
    floor.hears()
    floor.takes([event(at=NOON + second * timedelta(seconds=1)) for second in range(100)])
    assert floor.thread().occurrences == 101
    assert floor.kinds() == [FactKind.OPENED]


def test_the_thread_remembers_the_latest_of_them_whatever_order_they_come_in(floor: Floor) -> None:
    floor.hears()
    floor.now = NOON + 5 * MINUTE
    floor.takes([event(at=NOON + minutes * MINUTE) for minutes in (3, 4, 2)])
    floor.takes([event(at=NOON + MINUTE)])
    assert floor.thread().last_event_at == NOON + 4 * MINUTE
    assert floor.thread().occurrences == 5


def test_a_card_that_waits_shows_the_count_and_one_that_was_sent_is_redrawn(floor: Floor) -> None:
    floor.hears()
    floor.hears()
    assert len(floor.rows(Purpose.CARD)) == 1
    floor.shows_everything()
    floor.hears()
    (waiting,) = floor.rows(Purpose.CARD, state=DeliveryState.PENDING)
    assert waiting.priority == Urgency.COUNT


def test_a_repeat_does_not_undo_that_somebody_is_at_it(floor: Floor) -> None:
    floor.hears()
    before = floor.thread()
    floor.hears()
    after = floor.thread()
    assert (after.state, after.revision, after.clocks) == (State.OPEN, before.revision, before.clocks)


def test_what_was_resolved_between_the_look_and_the_count_is_not_merely_counted(floor: Floor) -> None:
    floor.hears()
    thread = floor.thread()
    with floor.database.reading() as tx:
        (seen,) = repeats.standings(tx, {(thread.rule.key, thread.fingerprint)}).values()
    presses.resolve(floor.database, 1, by=MARIA, seen=None, answers=DONE, plan=floor.plan, now=floor.now)
    again = Repeats(seen, times=1, last_at=floor.now)
    assert floor.database.write(lambda tx: repeats.count(tx, [again]), Priority.INTAKE) == set()
    assert floor.thread().occurrences == 1


@pytest.mark.parametrize("order", [("DOWN", "RUNNING"), ("RUNNING", "DOWN")])
def test_a_repeat_and_a_clearing_in_one_batch_are_taken_in_their_order(
    floor: Floor, order: tuple[str, str]
) -> None:
    floor.hears()
    floor.now = NOON + 5 * MINUTE
    floor.takes([event(state, at=NOON + minute * MINUTE) for minute, state in enumerate(order, start=1)])
    assert (floor.thread().cleared_at is not None) is (order[-1] == "RUNNING")
    assert floor.thread().occurrences == 2


def test_a_repeat_after_the_clearing_is_a_return(floor: Floor) -> None:
    floor.hears()
    floor.now += MINUTE
    floor.hears("RUNNING")
    floor.now += MINUTE
    assert floor.hears() == (Fate.APPENDED, 1)
    assert floor.kinds()[-1] is FactKind.RETURNED


def test_a_repeat_while_it_is_clearing_stops_the_clearing(floor: Floor) -> None:
    floor.follows(line_down(clear_for="10m"))
    floor.hears()
    floor.hears("RUNNING")
    floor.now += MINUTE
    floor.hears()
    floor.waits(floor.now + 20 * MINUTE)
    assert floor.thread().cleared_at is None


def test_of_a_batch_of_repeats_no_thread_is_read(floor: Floor) -> None:
    machines = [f"machine-{number}" for number in range(50)]
    floor.takes([event(subject=machine) for machine in machines])
    said: list[str] = []
    listening.listen(floor.database.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    floor.takes([event(subject=machine) for machine in machines])
    assert said
    assert not [statement for statement in said if "exception_threads.title" in statement]


_numbers = count()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(
        st.lists(st.tuples(st.sampled_from(["DOWN", "RUNNING"]), st.integers(0, 20)), min_size=1, max_size=4),
        max_size=4,
    )
)
def test_both_ways_lead_to_the_same_place(floor: Floor, batches: list[list[tuple[str, int]]]) -> None:
    """A batch is taken whole for one machine; for its twin each event comes alone."""
    number = next(_numbers)
    floor.now = NOON + 30 * MINUTE
    for batch in batches:
        happened = sorted(batch, key=lambda one: one[1])
        floor.takes([event(state, subject=f"a-{number}", at=NOON + at * MINUTE) for state, at in happened])
        for state, at in happened:
            floor.takes([event(state, subject=f"b-{number}", at=NOON + at * MINUTE)])
    together, alone = (_stands(floor, f"{twin}-{number}") for twin in "ab")
    assert together == alone


def _stands(floor: Floor, subject: str) -> tuple[object, ...]:
    fate, number = floor.hears(subject=subject, at=floor.now)
    thread = floor.thread(number or 0)
    return (fate, thread.occurrences, thread.last_event_at, thread.cleared_at, thread.state)
