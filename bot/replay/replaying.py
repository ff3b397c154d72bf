"""The replay itself: a clock that jumps from one event, wake-up or press to the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.replay.account import Account, account_of
from bot.replay.crew import Crew, Habits
from bot.replay.recorded import Recorded
from bot.replay.stretches import safe_stretch
from bot.replay.tally import Tally
from bot.services.intake import take_in
from bot.services.judging import judge
from bot.services.plan_in_force import PlanInForce
from bot.services.suppressions import plan_ahead
from bot.store import wakeups
from bot.store.database import Database
from bot.sweeper import Sweeper
from rules.suppressions import Suppression

BATCH = 200
"""Rows in one transaction, as many as in production."""


def replay(
    database: Database,
    rows: Sequence[Recorded],
    *,
    plan: PlanInForce,
    habits: Habits | None = None,
    until: datetime | None = None,
    told: Callable[[int], None] = lambda _: None,
    batch: int = BATCH,
    suppressions: Sequence[Suppression] = (),
) -> Account:
    """Take rows, in order of receipt, through intake, clocks and crew in an empty database.

    Time ends with the last row, or at `until`: what is held or escalates later is not known. `told` hears
    how many rows were taken since it last heard. `batch` bounds the rows of one transaction; what comes
    out does not depend on it. `suppressions` are known from the beginning.
    """
    known = plan_ahead(database, suppressions)
    run = _Run(database, plan, habits, batch)
    waiting = deque(rows)
    while waiting:
        told(run.take_some(waiting))
    if until is not None:
        run.let_pass(until)
    return account_of(database, run.tally, plan=plan, rows=len(rows), suppressions=known)


class _Run:
    """One replay under way. `now` moves forward only."""

    def __init__(self, database: Database, plan: PlanInForce, habits: Habits | None, batch: int) -> None:
        self.tally = Tally()
        self._database = database
        self._plan = plan
        self._batch = batch
        self._crew = Crew(database, plan, habits)
        self._sweeper = Sweeper(database, plan=lambda: plan, now=lambda: self._now)
        self._now = datetime.min.replace(tzinfo=UTC)
        self._stretch = safe_stretch(plan.index.plan, habits)

    def take_some(self, waiting: deque[Recorded]) -> int:
        """Let happen what is due before the next row, and take it with all that nothing can come between."""
        begins = waiting[0].received_at
        self.let_pass(begins)
        due = self._next_due()
        ends = begins + self._stretch if due is None else min(due, begins + self._stretch)
        rows: list[Recorded] = []
        while waiting and waiting[0].received_at < ends and len(rows) < self._batch:
            if rows and waiting[0].event.time < rows[-1].event.time:
                # A transaction takes its events oldest first, and this one came later than a younger one.
                break
            rows.append(waiting.popleft())
        self._take(rows)
        return len(rows)

    def let_pass(self, until: datetime) -> None:
        """Wake what is due, each at its own moment. Who presses at the very moment of a clock is in time."""
        while (due := self._next_due()) is not None and due <= until:
            self._now = due
            self._crew.act(due)
            self._sweeper.sweep()
            self._crew.look()

    def _take(self, rows: Sequence[Recorded]) -> None:
        self._now = rows[-1].received_at
        judged = [
            replace(one, received_at=row.received_at)
            for one, row in zip(judge([row.event for row in rows], self._plan), rows, strict=True)
        ]
        self.tally.add(judged, take_in(self._database, judged, plan=self._plan, now=self._now))
        self._crew.look()

    def _next_due(self) -> datetime | None:
        with self._database.reading() as tx:
            clock = wakeups.earliest(tx)
        moments = [moment for moment in (clock, self._crew.next_at) if moment is not None]
        return min(moments, default=None)
