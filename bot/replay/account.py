"""The account of a replay: what opened, when, who was told, and totals that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.replay.tally import Line, SignalCount, Tally
from bot.replay.windows import Window, windows_of
from bot.services import boards
from bot.services.plan_in_force import PlanInForce
from bot.store import wakeups
from bot.store.database import Database
from bot.store.tables import exception_threads
from rules.exception_threads import ExceptionThread, Fact, FactKind
from rules.reception import Fate
from rules.suppressions import Suppression
from rules.targets import recipients

_COUNTED_ONLY = (FactKind.REPEATED, FactKind.CLEARED, FactKind.RETURNED)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to an exception. `told` are people's names and channels."""

    at: datetime
    kind: FactKind
    told: tuple[str, ...]
    tier: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One exception at the end of the replay, and its steps; mere repetitions are only counted.

    `held_back_by` names the suppression at whose end it opened, "" for any other.
    """

    thread: ExceptionThread
    steps: tuple[Step, ...]
    held_back_by: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """All that a replay came to. The totals of `lines` add up to `rows`.

    `ripened` were opened by no event but by a hold that ran its time. `troubles` says what raised and was
    set aside; empty when all is well. `windows` are the maintenance windows that were declared.
    """

    rows: int
    lines: tuple[Line, ...]
    signals: tuple[SignalCount, ...]
    cases: tuple[Case, ...]
    troubles: tuple[str, ...]
    windows: tuple[Window, ...] = ()

    @property
    def ripened(self) -> int:
        """Exceptions that opened between events."""
        return len(self.cases) - sum(line.total for line in self.lines if line.fate is Fate.OPENED)

    @property
    def steps(self) -> Counter[FactKind]:
        """How often each kind of step happened."""
        return Counter(step.kind for case in self.cases for step in case.steps)


def account_of(
    database: Database,
    tally: Tally,
    *,
    plan: PlanInForce,
    rows: int,
    suppressions: Sequence[Suppression] = (),
) -> Account:
    """Read what the replay left in its database."""
    with database.reading() as tx:
        numbers = tx.execute(select(exception_threads.c.id).order_by(exception_threads.c.id)).scalars().all()
        troubles = tuple(f"{kind} {ref}: {why}" for kind, ref, _, why in wakeups.parked(tx))
    cases = tuple(_case(database, number, plan) for number in numbers)
    opened: dict[str, list[str]] = {}
    for case in cases:
        opened.setdefault(case.held_back_by, []).append(case.thread.name)
    windows = tuple(windows_of(database, suppressions, opened))
    return Account(rows, tally.lines(), tally.signals(), cases, troubles, windows)


def _case(database: Database, number: int, plan: PlanInForce) -> Case:
    thread, history = boards.find(database, number), boards.history(database, number)
    held_back = history[0].detail.get("held_back") or {}
    return Case(thread, tuple(_steps(thread, history, plan)), str(held_back.get("by", "")))


def _steps(thread: ExceptionThread, facts: tuple[Fact, ...], plan: PlanInForce) -> Iterator[Step]:
    for fact in facts:
        if fact.kind not in _COUNTED_ONLY:
            who = recipients(fact.notify, owner=thread.owner, area=thread.area, index=plan.index)
            told = () if thread.shadow else (*(person.name for person in who.people), *who.channels)
            yield Step(fact.at, fact.kind, told, fact.detail.get("tier"))
