"""What became of an event: always one of these, never silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fate(StrEnum):
    """What became of an event, the weightiest first."""

    OPENED = "opened"
    REOPENED = "reopened"
    APPENDED = "appended"
    CLEARED = "cleared"
    SUPPRESSED = "suppressed"
    TOO_OLD = "too_old"
    NO_RULE = "no_rule"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Became:
    """One rule's consequence of one event. `detail` says why, in words, where that is not plain.

    `reason` says the same in few words that are equal for equal reasons, for counting; it is not stored.
    """

    fate: Fate
    thread_id: int | None = None
    detail: str = ""
    reason: str = field(default="", compare=False)

    @property
    def words(self) -> str:
        """What a stranger reads: 'opened EX-12', 'suppressed: held until it has lasted 5m'."""
        phrase = _PHRASES[self.fate]
        if self.thread_id is not None:
            phrase = f"{phrase} EX-{self.thread_id}"
        return f"{phrase}: {self.detail}" if self.detail else phrase

    def as_json(self) -> dict[str, Any]:
        """The stored and answered form."""
        return {"fate": self.fate.value, "thread_id": self.thread_id, "detail": self.detail}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Became:
        """Read back what `as_json` wrote."""
        return cls(Fate(value["fate"]), value["thread_id"], value["detail"])


_PHRASES = {
    Fate.OPENED: "opened",
    Fate.REOPENED: "reopened",
    Fate.APPENDED: "appended to",
    Fate.CLEARED: "cleared",
    Fate.SUPPRESSED: "suppressed",
    Fate.TOO_OLD: "too old to page",
    Fate.NO_RULE: "no rule",
    Fate.DUPLICATE: "duplicate",
}

_WEIGHT = {fate: weight for weight, fate in enumerate(Fate)}


def weightiest_first(became: list[Became]) -> tuple[Became, ...]:
    """Order the consequences of one event so that the first one sums it up."""
    return tuple(sorted(became, key=lambda one: _WEIGHT[one.fate]))
