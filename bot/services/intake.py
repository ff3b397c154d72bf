"""Intake: events become signals, signals become exception threads, in one transaction for many events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.services.case_book import CaseBook
from bot.services.plan_in_force import PlanInForce
from bot.services.suppression_words import why_not
from bot.store import events, signals
from bot.store.database import writes
from bot.store.events import EventKey
from bot.store.writer_gate import Priority
from rules.built_in_rules import FAILURE_RULE_KEY
from rules.events import Event
from rules.exception_threads import signal_key
from rules.matching import Match, Verdict
from rules.opening import draft_of
from rules.reception import Became, Fate, weightiest_first
from rules.signals import Signal, advance, after_its_case

Judgement = tuple[Became, ...]
"""What became of one event, the weightiest consequence first."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An event and what every rule says about it, worked out before any transaction begins.

    One that is `ageless` counts however long ago it happened: whoever sends it knows that it still holds.
    `received_at` is when it came in; None for the moment at which it is recorded.
    """

    event: Event
    matches: tuple[Match, ...]
    ageless: bool = False
    received_at: datetime | None = None

    @property
    def key(self) -> EventKey:
        """What names the event once and for all."""
        return (self.event.source, self.event.id)

    def came_in(self, now: datetime) -> datetime:
        """When it was received, if it is recorded now."""
        return self.received_at or now


def judge(batch: Sequence[Event], plan: PlanInForce) -> list[Judged]:
    """Ask the rules. One that cannot decide becomes an exception for the operators, not a lost event."""
    return [
        Judged(event, tuple(_visible(match, plan) for match in plan.book.match(event))) for event in batch
    ]


def record_events(
    tx: Connection, judged: Sequence[Judged], *, plan: PlanInForce, now: datetime
) -> list[Judgement]:
    """Record events once each and do what follows; the answers come in the order of the events.

    Within the batch events are taken in the order in which they happened. An event from the future is
    taken as happening now. Raises DatabaseUnavailableError, and then nothing was recorded.
    """
    first: dict[EventKey, Judged] = {}
    for one in judged:
        first.setdefault(one.key, one)
    earlier = events.became_of(tx, first)
    new = [one for key, one in first.items() if key not in earlier]
    became = _consequences(tx, sorted(new, key=lambda one: one.event.time), plan, now)
    stored = [(one.event, _as_json(became[one.key])) for one in new]
    events.add(tx, stored, received_at=now, plan_version=plan.version)
    return list(_answers(judged, became, earlier))


take_in = writes(Priority.INTAKE)(record_events)
"""`record_events` for what machines send."""

take_call = writes(Priority.PRESS)(record_events)
"""`record_events` for what a person waits for."""


def _visible(match: Match, plan: PlanInForce) -> Match:
    if match.verdict is not Verdict.FAILED:
        return match
    rule = plan.book.failure_rule
    title = f"Rule {match.rule.key} cannot decide: {match.failure}"
    return Match(rule, Verdict.RAISE, match.rule.key, title[:250], at=rule.at, severity=match.severity)


def _consequences(
    tx: Connection, fresh: Sequence[Judged], plan: PlanInForce, now: datetime
) -> dict[EventKey, Judgement]:
    current = [one for one in fresh if one.ageless or _is_young(one.event, plan, one.came_in(now))]
    raising, others = _signal_keys(current)
    held = signals.hold(tx, create=raising, look_up=others)
    book = CaseBook(tx, {signal_key(rule, print_) for rule, print_ in held}, plan=plan, now=now)
    before = dict(held)
    became = {one.key: _judge_signals(one, held, book, now) for one in current}
    changed = [signal for key, signal in held.items() if signal != before[key]]
    moved = [signal for key, signal in held.items() if signal.due != before[key].due]
    signals.save(tx, changed, moved=moved)
    book.write()
    numbered = {key: weightiest_first([book.numbered(b) for b in answer]) for key, answer in became.items()}
    return {one.key: numbered.get(one.key, (_too_old(one, one.came_in(now), plan),)) for one in fresh}


def _is_young(event: Event, plan: PlanInForce, now: datetime) -> bool:
    return now - event.time <= plan.index.max_age(event.source)


def _judge_signals(
    one: Judged, held: dict[tuple[str, str], Signal], book: CaseBook, now: datetime
) -> list[Became]:
    """Take one event to every signal it concerns."""
    answer: list[Became] = []
    came_in = one.came_in(now)
    at = min(one.event.time, came_in)
    for match in one.matches:
        key = (match.rule.key, match.fingerprint)
        if key in held:
            signal = held[key] if book.has_case(held[key]) else after_its_case(held[key])
            step = advance(signal, match.verdict, match.rule, at, draft=draft_of(match, one.event))
            for outcome in step.outcomes:
                became = book.apply(match.rule, step.signal, outcome, event_at=at, now=came_in)
                answer.append(_explained(became or why_not(outcome, step.signal, match.rule), match))
            held[key] = book.kept(step.signal)
    return answer or [_nothing_to_do(one)]


def _explained(became: Became, match: Match) -> Became:
    """Tell the sender that what opened is about a rule of ours, not about the event."""
    if match.rule.key != FAILURE_RULE_KEY:
        return became
    return replace(became, detail=f"{match.title}; the operators are told")


def _signal_keys(judged: Sequence[Judged]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Signals that may come to be, and those that matter only if they exist."""
    raising: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for one in judged:
        for match in one.matches:
            keys = raising if match.verdict is Verdict.RAISE else others
            keys.append((match.rule.key, match.fingerprint))
    return raising, others


def _nothing_to_do(one: Judged) -> Became:
    if one.matches:
        detail = "no rule's condition holds, and nothing was open"
        return Became(Fate.SUPPRESSED, detail=detail, reason="nothing changes by it")
    return Became(Fate.NO_RULE, detail=f"no rule is on type {one.event.type!r}")


def _too_old(one: Judged, now: datetime, plan: PlanInForce) -> Became:
    age = int((now - one.event.time).total_seconds() // 60)
    allowed = int(plan.index.max_age(one.event.source).total_seconds() // 60)
    return Became(Fate.TOO_OLD, detail=f"{age} min old, {allowed} min allowed for this source; recorded only")


def _answers(
    judged: Sequence[Judged],
    became: Mapping[EventKey, Judgement],
    earlier: Mapping[EventKey, Mapping[str, object]],
) -> Iterator[Judgement]:
    answered: set[EventKey] = set()
    for one in judged:
        if one.key in became and one.key not in answered:
            yield became[one.key]
        else:
            yield (_duplicate(one.key, became, earlier),)
        answered.add(one.key)


def _duplicate(
    key: EventKey,
    became: Mapping[EventKey, Judgement],
    earlier: Mapping[EventKey, Mapping[str, object]],
) -> Became:
    original = became[key][0] if key in became else _remembered(earlier.get(key, {}))
    if original is None:
        return Became(Fate.DUPLICATE, detail="already received")
    return Became(Fate.DUPLICATE, original.thread_id, f"first time {original.words}")


def _remembered(stored: Mapping[str, object]) -> Became | None:
    first = stored.get("became")
    return Became.from_json(first[0]) if isinstance(first, list) and first else None


def _as_json(answer: Judgement) -> dict[str, object]:
    return {"became": [became.as_json() for became in answer]}
