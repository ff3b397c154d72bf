"""The simulated crew: whoever owns an exception acknowledges it, and resolves it, after a fixed time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.services import boards, presses
from bot.services.people import PermissionDeniedError
from bot.services.plan_in_force import PlanInForce
from bot.store.database import Database
from bot.store.tables import timeline
from rules.exception_threads import ExceptionThread, FactKind
from rules.lifecycle import LifecycleError

_CALLS_FOR_SOMEBODY = (FactKind.OPENED, FactKind.REOPENED)


@dataclass(frozen=True, slots=True)
class Habits:
    """How long after an exception opens it is acknowledged, and how long after that it is resolved."""

    acknowledge: timedelta
    resolve: timedelta | None = None


class Crew:
    """Owners at work. `habits` None: nobody ever answers, and every clock runs out."""

    def __init__(self, database: Database, plan: PlanInForce, habits: Habits | None) -> None:
        self._database = database
        self._plan = plan
        self._habits = habits
        self._seen = 0
        self._agenda: list[tuple[datetime, int, FactKind]] = []

    @property
    def next_at(self) -> datetime | None:
        """When somebody will press next."""
        return self._agenda[0][0] if self._agenda else None

    def look(self) -> None:
        """Notice what has opened since the last look."""
        if self._habits is None:
            return
        news = select(timeline.c.id, timeline.c.thread_id, timeline.c.at, timeline.c.kind)
        with self._database.reading() as tx:
            for row in tx.execute(news.where(timeline.c.id > self._seen).order_by(timeline.c.id)):
                self._seen = row.id
                self._plan_ahead(row.thread_id, row.at, row.kind, self._habits)

    def act(self, now: datetime) -> None:
        """Press what is due to be pressed by now."""
        while self._agenda and self._agenda[0][0] <= now:
            _, number, kind = heapq.heappop(self._agenda)
            thread = boards.find(self._database, number)
            # By now the signal, the plan or somebody else may leave nothing to press.
            with suppress(LifecycleError, PermissionDeniedError):
                self._presses(kind)(thread, now)

    def _plan_ahead(self, number: int, at: datetime, kind: str, habits: Habits) -> None:
        if kind in _CALLS_FOR_SOMEBODY:
            heapq.heappush(self._agenda, (at + habits.acknowledge, number, FactKind.ACKNOWLEDGED))
        if kind == FactKind.ACKNOWLEDGED and habits.resolve is not None:
            heapq.heappush(self._agenda, (at + habits.resolve, number, FactKind.RESOLVED))

    def _presses(self, kind: FactKind) -> Callable[[ExceptionThread, datetime], None]:
        return self._acknowledge if kind is FactKind.ACKNOWLEDGED else self._resolve

    def _acknowledge(self, thread: ExceptionThread, now: datetime) -> None:
        by = thread.owner or ""
        presses.acknowledge(self._database, thread.id, by=by, seen=None, plan=self._plan, now=now)

    def _resolve(self, thread: ExceptionThread, now: datetime) -> None:
        answers = dict.fromkeys(thread.rule.done_when, "simulated")
        presses.resolve(
            self._database,
            thread.id,
            by=thread.owner or "",
            seen=None,
            answers=answers,
            plan=self._plan,
            now=now,
        )
