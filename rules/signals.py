"""The signal: durable state of one (rule, fingerprint), before and while an exception exists.

It holds a condition for its time, counts consecutive occurrences, applies hysteresis on clearing, and
settles events that come out of order by their own time. It ripens by itself: no event is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from rules.control_plan import Rule
from rules.matching import Verdict
from rules.suppressions import Suppression

HELD_BACK = "held_back"
"""Where a draft says which suppression held its signal back, why, and since when the signal stood."""


class Phase(StrEnum):
    """Where a signal stands."""

    QUIET = "quiet"
    HOLDING = "holding"
    HELD_BACK = "held_back"
    RAISED = "raised"
    CLEARING = "clearing"


class Outcome(StrEnum):
    """What one event (or the passing of time) came to, as far as the signal goes."""

    NOTHING = "nothing"
    COUNTING = "counting"
    HOLDING = "holding"
    RESET = "reset"
    RAISED = "raised"
    REPEATED = "repeated"
    CLEARING = "clearing"
    CLEARED = "cleared"
    RELAPSED = "relapsed"
    OUT_OF_ORDER = "out_of_order"


@dataclass(frozen=True, slots=True)
class Signal:
    """`since`: when the condition became true (or began to clear). `due`: when it ripens by itself.

    `draft` is what the exception would be opened with (title, at, severity, source) if it ripens with no
    further event; after a suppression it says so, too. `count` is the number of consecutive true events.
    `id` is 0 until stored.
    """

    id: int
    rule_key: str
    fingerprint: str
    phase: Phase = Phase.QUIET
    since: datetime | None = None
    count: int = 0
    last_event_at: datetime | None = None
    due: datetime | None = None
    draft: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """The signal afterwards and what that came to, in order: a hold may ripen and clear in one event."""

    signal: Signal
    outcomes: tuple[Outcome, ...]


def advance(
    signal: Signal, verdict: Verdict, rule: Rule, at: datetime, *, draft: Mapping[str, Any]
) -> Advance:
    """Take one event's verdict at its own time `at`."""
    if signal.last_event_at is not None and at < signal.last_event_at:
        return _out_of_order(signal, verdict)
    ripened = ripen(signal, rule, at)
    current = replace(ripened.signal, last_event_at=at)
    if verdict is Verdict.RAISE:
        step = _true(current, rule, at, draft)
    else:
        step = _not_true(current, verdict, rule, at)
    before = tuple(outcome for outcome in ripened.outcomes if outcome is not Outcome.NOTHING)
    return Advance(step.signal, before + step.outcomes)


def ripen(signal: Signal, rule: Rule, now: datetime) -> Advance:
    """Let time pass: a condition that held long enough raises, a clearing that lasted clears."""
    if signal.due is None or signal.due > now:
        return Advance(signal, (Outcome.NOTHING,))
    if signal.phase is Phase.HELD_BACK:
        return Advance(replace(signal, phase=Phase.RAISED, due=None), (Outcome.RAISED,))
    if signal.phase is Phase.HOLDING:
        if signal.count < rule.consecutive:
            return Advance(replace(signal, due=None), (Outcome.NOTHING,))
        return Advance(replace(signal, phase=Phase.RAISED, due=None), (Outcome.RAISED,))
    return Advance(_quiet(signal), (Outcome.CLEARED,))


def after_its_case(signal: Signal) -> Signal:
    """A signal whose case is closed begins anew: the next one takes the whole hold and the whole count."""
    return _quiet(signal) if signal.phase in (Phase.RAISED, Phase.CLEARING) else signal


def hold_back(signal: Signal, suppression: Suppression) -> Signal:
    """A signal that was raised under a suppression waits for its end, and remembers since when it stood."""
    told = {"by": suppression.name, "reason": suppression.reason}
    if signal.since is not None:
        told["since"] = signal.since.isoformat()
    draft = {**(signal.draft or {}), HELD_BACK: told}
    return replace(signal, phase=Phase.HELD_BACK, due=suppression.over_at, draft=draft)


def _true(signal: Signal, rule: Rule, at: datetime, draft: Mapping[str, Any]) -> Advance:
    if signal.phase is Phase.HELD_BACK:
        raised = replace(signal, phase=Phase.RAISED, due=None, draft=_remembering(signal, draft))
        return Advance(raised, (Outcome.RAISED,))
    if signal.phase is Phase.RAISED:
        return Advance(replace(signal, draft=_remembering(signal, draft)), (Outcome.REPEATED,))
    if signal.phase is Phase.CLEARING:
        again = replace(signal, phase=Phase.RAISED, since=at, due=None, draft=draft)
        return Advance(again, (Outcome.REPEATED,))
    since = signal.since if signal.phase is Phase.HOLDING and signal.since else at
    held = replace(signal, phase=Phase.HOLDING, since=since, count=signal.count + 1, draft=draft)
    if held.count < rule.consecutive:
        return Advance(held, (Outcome.COUNTING,))
    if at - since >= rule.for_:
        return Advance(replace(held, phase=Phase.RAISED, due=None), (Outcome.RAISED,))
    return Advance(replace(held, due=since + rule.for_), (Outcome.HOLDING,))


def _not_true(signal: Signal, verdict: Verdict, rule: Rule, at: datetime) -> Advance:
    if signal.phase is Phase.HOLDING:
        return Advance(_quiet(signal), (Outcome.RESET,))
    if signal.phase is Phase.HELD_BACK and verdict is Verdict.CLEAR:
        # Nobody was told, so there is nothing to be careful with.
        return Advance(_quiet(signal), (Outcome.CLEARED,))
    if signal.phase is Phase.RAISED and verdict is Verdict.CLEAR:
        if rule.clear_for <= timedelta():
            return Advance(_quiet(signal), (Outcome.CLEARED,))
        clearing = replace(signal, phase=Phase.CLEARING, since=at, due=at + rule.clear_for)
        return Advance(clearing, (Outcome.CLEARING,))
    if signal.phase is Phase.CLEARING and verdict is Verdict.NEITHER:
        return Advance(replace(signal, phase=Phase.RAISED, since=at, due=None), (Outcome.RELAPSED,))
    return Advance(signal, (Outcome.NOTHING,))


def _out_of_order(signal: Signal, verdict: Verdict) -> Advance:
    """A late true event of a raised signal still counts; anything else late changes nothing."""
    raised = signal.phase in (Phase.RAISED, Phase.CLEARING)
    if verdict is Verdict.RAISE and raised:
        return Advance(signal, (Outcome.REPEATED,))
    return Advance(signal, (Outcome.OUT_OF_ORDER,))


def _remembering(signal: Signal, draft: Mapping[str, Any]) -> Mapping[str, Any]:
    """The new draft, with what the former one said of being held back."""
    told = (signal.draft or {}).get(HELD_BACK)
    return draft if told is None else {**draft, HELD_BACK: told}


def _quiet(signal: Signal) -> Signal:
    return replace(signal, phase=Phase.QUIET, since=None, count=0, due=None)
