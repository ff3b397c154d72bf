"""Why an event paged nobody, in words."""

from __future__ import annotations

from rules.control_plan import Rule
from rules.durations import format_duration
from rules.reception import Became, Fate
from rules.signals import Outcome, Signal


def why_not(outcome: Outcome, signal: Signal, rule: Rule) -> Became:
    """The reason, for an outcome of a signal that leads to no thread."""
    return Became(Fate.SUPPRESSED, detail=f"{_reason(outcome, signal, rule)} (rule {rule.key})")


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
        case Outcome.OUT_OF_ORDER:
            return "older than what is already known of this signal"
        case _:
            return "nothing changes by it"
