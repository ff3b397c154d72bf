"""Clock turns: a clock runs out in its own state only, and never before its time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rules.clocks import LATE_AFTER, ClockKind, allowance
from rules.exception_threads import ExceptionThread, Fact, FactKind
from rules.phases import times_for
from tests.simulation.faults import Fault

if TYPE_CHECKING:
    from tests.simulation.world import World

RUNS_AFTER = {
    FactKind.OPENED: ClockKind.RESPOND,
    FactKind.REOPENED: ClockKind.RESPOND,
    FactKind.ACKNOWLEDGED: ClockKind.CONTAIN,
    FactKind.CONTAINED: ClockKind.RESOLVE,
}
"""Which clock begins with a fact, and runs until another begins."""

RAN_OUT = (FactKind.ESCALATED, FactKind.REMINDED, FactKind.EXHAUSTED)
CLOCKS_DIFFER_BY = timedelta(seconds=1)


def out_of_turn(world: World, thread: ExceptionThread, facts: Sequence[Fact]) -> Iterator[str]:
    """Every clock that ran out when another was running, or too early."""
    running: ClockKind | None = None
    since: datetime | None = None
    for fact in facts:
        if fact.kind in RUNS_AFTER:
            running, since = RUNS_AFTER[fact.kind], fact.at + CLOCKS_DIFFER_BY
        elif fact.kind in RAN_OUT and not fact.by:
            if fact.detail["clock"] != running:
                yield f"{thread.name}: {fact.detail['clock']} ran out while {running} was running"
            earliest = since and since + _least(thread, fact) - 2 * CLOCKS_DIFFER_BY
            if earliest and fact.at < earliest and not world.weather.counts[Fault.CLOCK_STEP]:
                yield f"{thread.name}: {fact.kind} at {fact.at}, not allowed before {earliest}"
        if fact.kind in (FactKind.SNOOZED, FactKind.AWAKENED):
            since = None
        elif fact.kind in RAN_OUT:
            # The next one runs from when this one was due, which may have been noticed a little later.
            since = fact.at - (timedelta() if fact.late or fact.by else LATE_AFTER)


def _least(thread: ExceptionThread, fact: Fact) -> timedelta:
    """How long the clock that ran out must have run."""
    if fact.kind is not FactKind.ESCALATED:
        return timedelta()
    times = times_for(thread.policy, ClockKind(fact.detail["clock"]))
    return allowance(times, fact.detail["tier"] - 1) or timedelta()
