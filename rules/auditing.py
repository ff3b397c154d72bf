"""What should be impossible: kinds of it, and how an operator is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rules.built_in_rules import AUDIT_EVENT_TYPE, AUDIT_SOURCE
from rules.events import Event

PATIENCE = timedelta(minutes=10)
"""How long a message may wait for its card, an entry of the audit for its seal, or a lease be over.

Longer is no passing state.
"""

_NAMED = 5


class Fault(StrEnum):
    """A broken promise of the records."""

    UNARMED_CLOCK = "unarmed-clock"
    UNARMED_SIGNAL = "unarmed-signal"
    STRANDED_NOTE = "stranded-note"
    DEAD_LEASE = "dead-lease"
    UNSEALED_ENTRY = "unsealed-entry"
    BROKEN_CHAIN = "broken-chain"


_WORDS = {
    Fault.UNARMED_CLOCK: (
        "Clocks ran that nobody would have rung: {names}",
        "They are armed again and ring at their time, or now if that is past.",
    ),
    Fault.UNARMED_SIGNAL: (
        "Conditions were being timed that nobody would have looked at again: signals {names}",
        "They are armed again.",
    ),
    Fault.STRANDED_NOTE: (
        "Notes wait for a card that was never going to be shown: {names}",
        "The cards are queued again; the notes follow them.",
    ),
    Fault.DEAD_LEASE: (
        "Messages have been on their way to Slack for too long: rows {names}",
        "No relay looks after them. Ask /readyz of every replica which part stands still.",
    ),
    Fault.UNSEALED_ENTRY: (
        "Entries of the audit have waited too long for their seal: rows {names}",
        "They are not lost. Look in the log for audit.not_sealed, and at the clocks of the replicas.",
    ),
    Fault.BROKEN_CHAIN: (
        "The chain of the audit does not hold at entry {names}",
        "Somebody changed the database by hand. `andon audit verify` says what is wrong; keep a copy.",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault and whom it concerns: threads, signals, rows or entries of the audit by number, ascending."""

    fault: Fault
    refs: tuple[int, ...]

    @property
    def title(self) -> str:
        """What was found, in one line."""
        prefix = "EX-" if self.fault in (Fault.UNARMED_CLOCK, Fault.STRANDED_NOTE) else ""
        return _WORDS[self.fault][0].format(names=_listed([f"{prefix}{ref}" for ref in self.refs]))

    @property
    def remedy(self) -> str:
        """What was done about it, or is left to do."""
        return _WORDS[self.fault][1]

    def event(self, now: datetime) -> Event:
        """The finding as an event, so that it becomes an exception for the operators like any other."""
        data = {"title": f"{self.title}. {self.remedy}", "refs": list(self.refs)}
        number = f"{self.fault}:{now.isoformat()}"
        return Event(number, AUDIT_SOURCE, AUDIT_EVENT_TYPE, self.fault.value, now, data)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown
