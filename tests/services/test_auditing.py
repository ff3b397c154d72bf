"""The auditor: what should be impossible is found, mended where that is safe, and told to the operators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, delete, update

from bot.services.auditing import audit
from bot.store import wakeups as wakeup_store
from bot.store.tables import outbox, placements, wakeups
from bot.store.wakeups import Subject
from bot.store.writer_gate import Priority
from rules.auditing import PATIENCE, Fault, Finding
from rules.delivery import DeliveryState, Purpose
from rules.exception_threads import FactKind
from tests.cast import NOON, line_down, minutes
from tests.services.floor import Floor
from tests.services.test_undeliverable import refuses


def broken(floor: Floor, break_: Callable[[Connection], Any]) -> None:
    """Somebody writes what no use case of ours would."""
    floor.database.write(break_, Priority.HOUSEKEEPING)


def audits(floor: Floor) -> list[Finding]:
    return list(audit(floor.database, plan=floor.plan, now=floor.now))


def forget_wakeup(kind: Subject) -> Callable[[Connection], Any]:
    return lambda tx: tx.execute(update(wakeups).where(wakeups.c.kind == kind).values(due=None))


def test_where_all_is_well_nothing_is_found_and_nothing_is_written(floor: Floor) -> None:
    floor.hears()
    floor.hears("RUNNING", subject="line-2")
    before = floor.rows()
    floor.now += minutes(3)
    assert audits(floor) == []
    assert floor.rows() == before


@pytest.mark.parametrize(
    "break_",
    [
        forget_wakeup(Subject.THREAD),
        lambda tx: tx.execute(update(wakeups).values(due=NOON + minutes(6000))),
        lambda tx: tx.execute(delete(wakeups).where(wakeups.c.kind == Subject.THREAD)),
    ],
    ids=["no time", "too late a time", "no row"],
)
def test_a_clock_that_nobody_would_ring_is_armed_again_and_rings(
    floor: Floor, break_: Callable[[Connection], Any]
) -> None:
    floor.hears()
    broken(floor, break_)
    assert audits(floor) == [Finding(Fault.UNARMED_CLOCK, (1,))]
    floor.waits(floor.now + minutes(6))
    assert FactKind.ESCALATED in floor.kinds(1)


def test_a_condition_that_was_being_timed_ripens_after_all(floor: Floor) -> None:
    floor.follows(line_down(**{"for": "5m"}))
    floor.hears()
    broken(floor, forget_wakeup(Subject.SIGNAL))
    assert [finding.fault for finding in audits(floor)] == [Fault.UNARMED_SIGNAL]
    floor.waits(floor.now + minutes(6))
    assert floor.thread(2).rule.key == "line-down"


def test_the_operators_are_told_in_one_exception_for_each_kind_of_fault(floor: Floor) -> None:
    floor.hears()
    floor.hears(subject="line-2")
    for _ in range(2):
        broken(floor, forget_wakeup(Subject.THREAD))
        audits(floor)
        floor.now += timedelta(seconds=60)
    told = floor.thread(3)
    assert told.title.startswith("Clocks ran that nobody would have rung: EX-1, EX-2")
    assert told.title.endswith("or now if that is past.")
    assert (told.channel, told.occurrences) == (floor.plan.index.plan.catch_all.channel, 2)


def test_what_was_set_aside_because_it_raises_is_no_finding(floor: Floor) -> None:
    floor.hears()
    until = floor.now + minutes(60)
    broken(
        floor, lambda tx: wakeup_store.park(tx, Subject.THREAD, 1, until=until, trouble="ValueError: broken")
    )
    assert audits(floor) == []


def test_a_note_without_a_card_gets_its_card_once_it_has_waited_long(floor: Floor) -> None:
    floor.hears()
    broken(floor, lambda tx: tx.execute(delete(outbox).where(outbox.c.purpose == Purpose.CARD)))
    broken(floor, lambda tx: tx.execute(delete(placements)))
    assert audits(floor) == []
    floor.now += PATIENCE + minutes(1)
    assert Finding(Fault.STRANDED_NOTE, (1,)) in audits(floor)
    assert [row.thread_id for row in floor.rows(Purpose.CARD, thread_id=1)] == [1]
    assert audits(floor) == []


def test_while_the_catch_all_takes_nothing_one_card_is_tried_again_and_again(floor: Floor) -> None:
    floor.hears(subject="robot-9")
    (card,) = floor.claims()
    refuses(floor, card)
    floor.now += PATIENCE + minutes(1)
    for _ in range(3):
        audits(floor)
        (again,) = [each for each in floor.claims() if each.row.thread_id == 1]
        refuses(floor, again)
        floor.now += minutes(1)
    assert [row.state for row in floor.rows(Purpose.CARD, thread_id=1)] == [DeliveryState.DEAD]


def test_a_lease_that_nobody_ends_is_told(floor: Floor) -> None:
    floor.hears()
    (parcel,) = floor.claims(limit=1)
    floor.now += PATIENCE + minutes(2)
    assert audits(floor) == [Finding(Fault.DEAD_LEASE, (parcel.row.seq,))]
    assert floor.rows(state=DeliveryState.SENDING)


def test_many_are_named_by_the_first_few() -> None:
    assert Finding(Fault.UNARMED_CLOCK, tuple(range(1, 9))).title.endswith(
        "EX-1, EX-2, EX-3, EX-4, EX-5 and 3 more"
    )
