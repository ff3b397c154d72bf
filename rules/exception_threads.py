"""The exception thread as a value: what is known of one case at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from rules.clocks import Clock, ClockKind, earliest_due
from rules.control_plan import EscalationPolicy, Rule, Severity


class State(StrEnum):
    """Where an exception thread stands. Snoozing is an overlay, not a state of its own."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CONTAINED = "contained"
    RESOLVED = "resolved"
    VERIFIED = "verified"
    MERGED = "merged"
    CANCELLED = "cancelled"

    @property
    def needs_work(self) -> bool:
        """Somebody still has to do something."""
        return self in WORKING_STATES

    @property
    def is_closed(self) -> bool:
        """Nothing that happens can bring this thread back; a new occurrence opens another."""
        return self in (State.VERIFIED, State.CANCELLED)


WORKING_STATES = (State.OPEN, State.ACKNOWLEDGED, State.CONTAINED)


class FactKind(StrEnum):
    """What can be told of a thread: one timeline entry each."""

    OPENED = "opened"
    REPEATED = "repeated"
    CLEARED = "cleared"
    RETURNED = "returned"
    REOPENED = "reopened"
    ACKNOWLEDGED = "acknowledged"
    CONTAINED = "contained"
    RESOLVED = "resolved"
    VERIFIED = "verified"
    ESCALATED = "escalated"
    REMINDED = "reminded"
    EXHAUSTED = "exhausted"
    REASSIGNED = "reassigned"
    SNOOZED = "snoozed"
    AWAKENED = "awakened"
    MERGED = "merged"
    ABSORBED = "absorbed"
    CANCELLED = "cancelled"
    DECIDED = "decided"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened to a thread.

    `by` is a person key, or None when the bot acted on its own. `notify` holds the plan's targets to
    page because of it (resolved to people when it is told). `late` marks a clock missed in downtime.
    `quiet` keeps a fact in the timeline without a note in Slack (chatter). Mere repetition is not even
    there: the thread counts it, and each event says to which thread it was appended.
    """

    kind: FactKind
    at: datetime
    by: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    notify: tuple[str, ...] = ()
    late: bool = False
    quiet: bool = False

    @property
    def is_mere_count(self) -> bool:
        """One more occurrence and nothing else."""
        return self.quiet and self.kind is FactKind.REPEATED


@dataclass(frozen=True, slots=True)
class Snooze:
    """Set aside until a time, for a reason, by a person."""

    until: datetime
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class ExceptionThread:
    """One case. `rule` and `policy` are snapshots; people are keys that are resolved live.

    `revision` changes with state, owner or merge and never with one more occurrence: it is what a
    press carries. `id` is 0 until stored. `area` is None for equipment the plan does not know.
    `correlation` names the event that opened it, as the log does on every line about this thread.
    """

    id: int
    rule: Rule
    policy: EscalationPolicy
    plan_version: int
    fingerprint: str
    title: str
    severity: Severity
    area: str | None
    equipment: str
    place: str
    channel: str
    owner: str | None
    opened_at: datetime
    state_since: datetime
    last_event_at: datetime
    state: State = State.OPEN
    revision: int = 1
    tier: int = 0
    occurrences: int = 1
    reopened: int = 0
    shadow: bool = False
    cleared_at: datetime | None = None
    chatter_noted_at: datetime | None = None
    snooze: Snooze | None = None
    merged_into: int | None = None
    correlation: str = ""
    clocks: tuple[Clock, ...] = ()

    @property
    def name(self) -> str:
        """The name people use: EX-12."""
        return f"EX-{self.id}"

    @property
    def signal_key(self) -> str:
        """Key of the (rule, fingerprint) whose occurrences belong here while the thread is alive."""
        return signal_key(self.rule.key, self.fingerprint)

    @property
    def due(self) -> datetime | None:
        """When this thread must be looked at next."""
        return earliest_due(self.clocks)

    @property
    def top_tier(self) -> int:
        """Index of the last rung of the policy."""
        return len(self.policy.tiers) - 1

    def clock(self, kind: ClockKind) -> Clock | None:
        """The clock of that kind, running or not."""
        return next((clock for clock in self.clocks if clock.kind is kind), None)

    def with_clock(self, clock: Clock) -> ExceptionThread:
        """The thread with that clock in place of its former one of the kind."""
        others = tuple(other for other in self.clocks if other.kind is not clock.kind)
        return replace(self, clocks=(*others, clock))


def signal_key(rule_key: str, fingerprint: str) -> str:
    """One text that identifies a (rule, fingerprint) pair; keys of rules hold no vertical bar."""
    return f"{rule_key}|{fingerprint}"


@dataclass(frozen=True, slots=True)
class Change:
    """What a use case did to a thread: its new value and the facts to record and tell."""

    thread: ExceptionThread
    facts: tuple[Fact, ...] = ()

    def then(self, other: Change) -> Change:
        """This change followed by another that was built on its thread."""
        return Change(other.thread, self.facts + other.facts)
