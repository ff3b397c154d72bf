"""Why an event paged nobody, in words."""

from __future__ import annotations

from rules.control_plan import Rule
from rules.durations import format_duration
from rules.reception import Became, Fate
from rules.signals import Outcome, Signal
from rules.suppressions import Suppression

_IN_SHORT = {
    Outcome.COUNTING: "not often enough in a row yet",
    Outcome.HOLDING: "has not lasted long enough yet",
    Outcome.RESET: "ended before it had lasted long enough",
    Outcome.CLEARING: "clears if it stays so",
    Outcome.RELAPSED: "did not stay clear for long enough",
    Outcome.OUT_OF_ORDER: "older than what is known",
}


def why_not(outcome: Outcome, signal: Signal, rule: Rule) -> Became:
    """The reason, for an outcome of a signal that leads to no thread."""
    detail = f"{_reason(outcome, signal, rule)} (rule {rule.key})"
    return Became(Fate.SUPPRESSED, detail=detail, reason=_IN_SHORT.get(outcome, "nothing changes by it"))


def _reason(outcome: Outcome, signal: Signal, rule: Rule) -> str:
    match outcome:
        case Outcome.COUNTING:
            return f"{signal.count} of {rule.consecutive} in a row"
        case Outcome.HOLDING:
            until = f" until {signal.due:%H:%M:%S} UTC" if signal.due else ""
            return f"held{until}: it must last {format_duration(rule.for_)}"
        case Outcome.RESET:
            return "it ended before it had lasted long enough"
        case Outcome.CLEARING:
            return f"it clears if it stays so for {format_duration(rule.clear_for)}"
        case Outcome.RELAPSED:
            return f"it did not stay clear for {format_duration(rule.clear_for)}, so it still stands"
        case Outcome.OUT_OF_ORDER:
            return "older than what is already known of this signal"
        case _:
            return "nothing changes by it"


def held_back_by(suppression: Suppression) -> Became:
    """The reason, for what would have opened a thread outside of a maintenance window."""
    until = f"until {suppression.over_at:%Y-%m-%d %H:%M} UTC"
    detail = f"held back by maintenance window {suppression.name} {until}: {suppression.reason}"
    return Became(Fate.SUPPRESSED, detail=detail, reason="maintenance window")
