"""The agenda of a session: what must be decided, what drifts, what waits – and a count of what is fine.

What goes well never appears by name. A session of an area is shown what belongs to that area.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from rules.control_plan import Severity
from rules.decisions import Decision
from rules.exception_threads import ExceptionThread, State
from rules.kpi_rules import KPI_RULE_PREFIX
from rules.kpis import Standing
from rules.phases import CLOCK_OF_STATE
from rules.suppressions import Suppression


class Need(StrEnum):
    """How much an exception needs the session, most first."""

    TAKER = "taker"
    """Everybody whom the plan names was told, nobody moved, and no clock runs any more."""
    ANSWER = "answer"
    """Escalated, and still nobody has acknowledged it."""
    HELP = "help"
    """Somebody has it, but it did not go in time."""
    PATIENCE = "patience"
    """Nobody has it yet, and the time of the first tier runs."""


class Asks(StrEnum):
    """What sort of decision a question asks for."""

    CASE = "case"
    DRIFT = "drift"
    SILENCE = "silence"
    REVIEW = "review"
    UNMOVED = "unmoved"


@dataclass(frozen=True, slots=True)
class Case:
    """An exception on the agenda, and why it is there."""

    thread: ExceptionThread
    need: Need


@dataclass(frozen=True, slots=True)
class Drift:
    """A KPI off its target, with the decisions that are already meant to bring it back."""

    standing: Standing
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that the session must decide; `value` is what the KPI of a decision reads now, if known."""

    asks: Asks
    about: Case | Drift | Standing | Decision
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Fine:
    """How many things need nobody's time. `unread`: KPIs of which nothing has ever been heard."""

    kpis: int
    cases: int
    decisions: int
    unread: int


@dataclass(frozen=True, slots=True)
class Before:
    """The digest before this one: when it was made, and its facts."""

    at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is other than it was: numbers of exceptions, keys of KPIs."""

    since: datetime
    opened: tuple[int, ...] = ()
    worse: tuple[int, ...] = ()
    settled: tuple[int, ...] = ()
    off: tuple[str, ...] = ()
    back: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.opened or self.worse or self.settled or self.off or self.back)


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything that a session could speak about, in no particular order.

    `decisions` wait for their review; `unmoved` were reviewed without effect. `before` is None for the first
    digest of a session. `suppressions` are in force or to come, soonest end first.
    """

    standings: Sequence[Standing] = ()
    threads: Sequence[ExceptionThread] = ()
    decisions: Sequence[Decision] = ()
    unmoved: Sequence[Decision] = ()
    before: Before | None = None
    suppressions: Sequence[Suppression] = ()


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a session has to do, each part worst first."""

    questions: tuple[Question, ...]
    drifts: tuple[Drift, ...]
    silent: tuple[Standing, ...]
    cases: tuple[Case, ...]
    due: tuple[Decision, ...]
    unmoved: tuple[Decision, ...]
    fine: Fine
    facts: Mapping[str, Any]
    suppressions: tuple[Suppression, ...] = ()
    changes: Changes | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing drifts, nothing waits: there is no reason to meet."""
        return not (self.drifts or self.silent or self.cases or self.due or self.unmoved)


def draw_up(matter: Matter, *, until: datetime) -> Agenda:
    """The agenda of a session that begins at `until`: decisions due by then are asked after."""
    shown = [thread for thread in matter.threads if not thread.shadow]
    cases = sorted(_cases(shown), key=_by_need)
    drifts = sorted(_drifts(matter), key=_by_money)
    silent = tuple(each for each in matter.standings if each.is_stale and each.at is not None)
    due = tuple(each for each in matter.decisions if each.by_when is not None and each.by_when <= until)
    facts = _facts(shown, cases, drifts, silent)
    return Agenda(
        questions=tuple(_questions(cases, drifts, silent, due, matter)),
        drifts=tuple(drifts),
        silent=silent,
        cases=tuple(cases),
        due=due,
        unmoved=tuple(matter.unmoved),
        fine=_fine(matter, shown=len(shown) - len(cases), due=len(due)),
        facts=facts,
        suppressions=tuple(each for each in matter.suppressions if each.begins <= until),
        changes=_changes(matter.before, facts) if matter.before else None,
    )


def need_of(thread: ExceptionThread) -> Need | None:
    """Why a session should hear of it; None for what somebody has in hand, in time."""
    clock = CLOCK_OF_STATE.get(thread.state)
    running = thread.clock(clock) if clock else None
    if running is not None and running.due is None and running.left is None:
        return Need.TAKER
    if thread.state is State.OPEN and thread.snooze is None:
        return Need.ANSWER if thread.tier else Need.PATIENCE
    return Need.HELP if thread.tier else None


def was_sent_to(thread: ExceptionThread, session: str) -> bool:
    """Whether its policy's last act put it on the agenda of that session, wherever it happened."""
    then = thread.policy.at_top.then if thread.policy.at_top else None
    return then is not None and then.session == session and need_of(thread) is Need.TAKER


def _cases(threads: Sequence[ExceptionThread]) -> Iterator[Case]:
    for thread in threads:
        need = need_of(thread)
        if need is not None:
            yield Case(thread, need)


def _drifts(matter: Matter) -> Iterator[Drift]:
    for standing in matter.standings:
        if standing.is_off and not standing.is_stale:
            meant = tuple(each for each in matter.decisions if each.kpi == standing.kpi.key)
            yield Drift(standing, meant)


def _by_need(case: Case) -> tuple[int, int, int]:
    return (list(Need).index(case.need), -case.thread.severity.rank, case.thread.id)


def _by_money(drift: Drift) -> tuple[float, float]:
    """The dearest first; among those of which nobody said what they cost, the widest gap."""
    return (-(drift.standing.money_per_period or 0.0), -(drift.standing.miss_percent or 0.0))


def _questions(
    cases: Sequence[Case],
    drifts: Sequence[Drift],
    silent: Sequence[Standing],
    due: Sequence[Decision],
    matter: Matter,
) -> Iterator[Question]:
    """Who takes what nobody has, then what to do about the dearest drifts, then the rest.

    A KPI is asked about once: the exception that it opened by itself speaks for it while nobody has that.
    """
    values = {standing.kpi.key: standing.value for standing in matter.standings}
    orphans = [case for case in cases if _is_orphan(case)]
    spoken_for = {_own_kpi(case) for case in orphans} | {each.kpi for each in (*due, *matter.unmoved)}
    open_drifts = [each for each in drifts if not each.decisions]
    asked = [each for each in open_drifts if each.standing.kpi.key not in spoken_for]
    spoken_for |= {each.standing.kpi.key for each in asked}
    yield from (Question(Asks.CASE, case) for case in orphans)
    yield from (Question(Asks.DRIFT, each) for each in asked)
    slow = [case for case in cases if case.need is Need.HELP]
    yield from (Question(Asks.CASE, case) for case in slow if _own_kpi(case) not in spoken_for)
    yield from (Question(Asks.REVIEW, each, values.get(each.kpi or "")) for each in due)
    yield from (Question(Asks.UNMOVED, each, values.get(each.kpi or "")) for each in matter.unmoved)
    yield from (Question(Asks.SILENCE, each) for each in silent if each.kpi.key not in spoken_for)


def _is_orphan(case: Case) -> bool:
    """Nobody has it. What is critical is asked about even while the first one asked still has time."""
    is_new = case.need is Need.PATIENCE and case.thread.severity is Severity.CRITICAL
    return is_new or case.need in (Need.TAKER, Need.ANSWER)


def _own_kpi(case: Case) -> str:
    """The KPI whose readings opened the exception, or else the exception's own name."""
    rule = case.thread.rule
    opened_by_kpi = rule.key.startswith(KPI_RULE_PREFIX)
    return rule.kpi if rule.kpi and opened_by_kpi else case.thread.name


def _fine(matter: Matter, *, shown: int, due: int) -> Fine:
    well = [each for each in matter.standings if each.value is not None and not each.needs_attention]
    unread = [each for each in matter.standings if each.value is None]
    return Fine(len(well), shown, len(matter.decisions) - due, len(unread))


def _facts(
    threads: Sequence[ExceptionThread],
    cases: Sequence[Case],
    drifts: Sequence[Drift],
    silent: Sequence[Standing],
) -> Mapping[str, Any]:
    """What the next digest compares itself with; JSON."""
    return {
        "threads": sorted(thread.id for thread in threads),
        "needs": {str(case.thread.id): case.need.value for case in cases},
        "off": [each.standing.kpi.key for each in drifts],
        "silent": [each.kpi.key for each in silent],
    }


def _changes(before: Before, now: Mapping[str, Any]) -> Changes:
    old = before.facts
    known, living = set(old["threads"]), set(now["threads"])
    off, was_off = (set(facts["off"]) | set(facts["silent"]) for facts in (now, old))
    return Changes(
        since=before.at,
        opened=tuple(sorted(living - known)),
        worse=tuple(sorted(number for number in living & known if _is_worse(str(number), old, now))),
        settled=tuple(sorted(known - living)),
        off=tuple(sorted(off - was_off)),
        back=tuple(sorted(was_off - off)),
    )


def _is_worse(number: str, old: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    escalated = (Need.TAKER, Need.ANSWER, Need.HELP)
    return now["needs"].get(number) in escalated and old["needs"].get(number) not in escalated
