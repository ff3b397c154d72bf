"""Decisions: `decide`, `decisions`, `decision D-7`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.commands.words import CommandError

DUE = "due"

_DECISION = re.compile(r"(?:d[\s-]?|#)?([1-9][0-9]{0,17})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Decide:
    """A decision to log; its KPI and its text are told apart with the plan at hand."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class ListDecisions:
    """`scope` is "" for all, DUE, MINE, or the name of a KPI."""

    scope: str = ""


@dataclass(frozen=True, slots=True)
class ShowDecision:
    """One decision with what came before and after it."""

    decision_id: int


AboutDecisions = Decide | ListDecisions | ShowDecision


def is_decision(word: str) -> bool:
    """Whether a word by itself names a decision: a mere number names an exception."""
    return word.startswith("d-") and _DECISION.fullmatch(word) is not None


def read_decision(rest: str) -> ShowDecision:
    """Read `D-7`, or 7 for short; raises CommandError."""
    found = _DECISION.fullmatch(rest)
    if not found:
        what = f"“{rest}” is not a decision" if rest else "`decision` needs a decision"
        raise CommandError(f"{what}; they are called D-7, or 7 for short.", "decision D-7")
    return ShowDecision(int(found[1]))


READERS: Mapping[str, Callable[[str], AboutDecisions]] = {
    "decide": Decide,
    "decisions": lambda rest: ListDecisions(rest.casefold()),
    "decision": read_decision,
}
