"""Consequences: what events do to signals and threads, in the transaction that records them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.services.case_book import CaseBook
from bot.services.judging import Judged, Judgement
from bot.services.plan_in_force import PlanInForce
from bot.services.repeats import count_repeats
from bot.services.suppression_words import why_not
from bot.store import repeats, signals
from bot.store.events import EventKey
from bot.store.repeats import Standing
from bot.store.signals import SignalKey
from rules.built_in_rules import CALL_SOURCE, FAILURE_RULE_KEY
from rules.events import Event
from rules.exception_threads import signal_key
from rules.matching import Match, Verdict
from rules.opening import draft_of
from rules.reception import Became, Fate, weightiest_first
from rules.signals import Signal, advance, after_its_case


def consequences(
    tx: Connection, fresh: Sequence[Judged], *, plan: PlanInForce, now: datetime
) -> dict[EventKey, Judgement]:
    """Take events, oldest first, to signals and threads; returns what became of each."""
    current = [one for one in fresh if one.ageless or _is_young(one.event, plan, one.came_in(now))]
    occurred, others = _signal_keys(current)
    standings = repeats.standings(tx, occurred.keys() | others)
    repeats.lock(tx, standings.values())
    counted = count_repeats(tx, _mere_repeats(occurred, others, now), standings, now)
    held = _hold(tx, standings, create=occurred.keys() - counted.keys(), look_up=others)
    book = CaseBook(tx, {signal_key(rule, print_) for rule, print_ in held}, plan=plan, now=now)
    before = dict(held)
    became = {one.key: _judge_signals(one, held, counted, book, now) for one in current}
    changed = [signal for key, signal in held.items() if signal != before[key]]
    moved = [signal for key, signal in held.items() if signal.due != before[key].due]
    signals.save(tx, changed, moved=moved)
    book.write()
    numbered = {key: weightiest_first([book.numbered(b) for b in answer]) for key, answer in became.items()}
    return {one.key: numbered.get(one.key, (_too_old(one, one.came_in(now), plan),)) for one in fresh}


def _is_young(event: Event, plan: PlanInForce, now: datetime) -> bool:
    return now - event.time <= plan.index.max_age(event.source)


def _judge_signals(
    one: Judged,
    held: dict[SignalKey, Signal],
    counted: Mapping[SignalKey, int],
    book: CaseBook,
    now: datetime,
) -> list[Became]:
    """Take one event to every signal it concerns."""
    answer: list[Became] = []
    came_in, at = one.came_in(now), one.at(now)
    for match in one.matches:
        key = match.signal
        if key in counted:
            answer.append(_explained(Became(Fate.APPENDED, counted[key]), match))
        elif key in held:
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


def _signal_keys(judged: Sequence[Judged]) -> tuple[dict[SignalKey, list[Judged]], set[SignalKey]]:
    """What raises each signal, which may come to be; and signals that matter only if they exist."""
    raised: dict[SignalKey, list[Judged]] = defaultdict(list)
    others: set[SignalKey] = set()
    for one in judged:
        for match in one.matches:
            if match.verdict is Verdict.RAISE:
                raised[match.signal].append(one)
            else:
                others.add(match.signal)
    return raised, others


def _mere_repeats(
    occurred: Mapping[SignalKey, Sequence[Judged]], others: Collection[SignalKey], now: datetime
) -> dict[SignalKey, list[datetime]]:
    """When each signal was true again; not those that also cleared, nor calls, which say something new."""
    return {
        key: [one.at(now) for one in found]
        for key, found in occurred.items()
        if key not in others and all(one.event.source != CALL_SOURCE for one in found)
    }


def _hold(
    tx: Connection,
    standings: Mapping[SignalKey, Standing],
    *,
    create: Collection[SignalKey],
    look_up: Collection[SignalKey],
) -> dict[SignalKey, Signal]:
    """Read signals; those in `create` come to be if need be, those in `look_up` need not exist."""
    ids = [standings[key].signal_id for key in {*create, *look_up} if key in standings]
    ids += signals.create(tx, [key for key in create if key not in standings])
    return {(found.rule_key, found.fingerprint): found for found in signals.read(tx, ids)}


def _nothing_to_do(one: Judged) -> Became:
    if one.matches:
        detail = "no rule's condition holds, and nothing was open"
        return Became(Fate.SUPPRESSED, detail=detail, reason="nothing changes by it")
    return Became(Fate.NO_RULE, detail=f"no rule is on type {one.event.type!r}")


def _too_old(one: Judged, now: datetime, plan: PlanInForce) -> Became:
    age = int((now - one.event.time).total_seconds() // 60)
    allowed = int(plan.index.max_age(one.event.source).total_seconds() // 60)
    return Became(Fate.TOO_OLD, detail=f"{age} min old, {allowed} min allowed for this source; recorded only")
