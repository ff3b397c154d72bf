"""Clocks of an exception thread: how long each phase may take at each tier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

LATE_AFTER = timedelta(minutes=1)
"""A clock noticed this long after its due time was missed by downtime: its consequence is marked late."""


class ClockKind(StrEnum):
    """What a clock waits for."""

    RESPOND = "respond"
    CONTAIN = "contain"
    RESOLVE = "resolve"
    VERIFY = "verify"
    SNOOZE = "snooze"


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of one subject.

    `due` is None while the clock stands still; `left` then holds the time it still had when it was
    paused, or None when it was stopped for good. `repeats` counts the reminders sent at the top tier.
    """

    kind: ClockKind
    tier: int
    started_at: datetime
    due: datetime | None
    left: timedelta | None = None
    repeats: int = 0

    def pause(self, now: datetime) -> Clock:
        """Stand still and remember the time left (zero when already overdue)."""
        if self.due is None:
            return self
        return replace(self, due=None, left=max(self.due - now, timedelta()))

    def resume(self, now: datetime) -> Clock:
        """Run on with the time that was left."""
        if self.left is None:
            return self
        return replace(self, due=now + self.left, left=None)

    def stop(self) -> Clock:
        """Stand still for good."""
        return replace(self, due=None, left=None)


def allowance(times: Sequence[timedelta], tier: int) -> timedelta | None:
    """Time allowed at a tier; a short list repeats its last value, an empty one allows for ever."""
    return times[min(tier, len(times) - 1)] if times else None


def next_start(due: datetime, now: datetime) -> datetime:
    """When the clock after a run-out one begins: on time if it was noticed on time, now after downtime."""
    return now if is_late(due, now) else due


def is_late(due: datetime, now: datetime) -> bool:
    """Whether a run-out clock was noticed too late to be anything but downtime."""
    return now - due >= LATE_AFTER


def earliest_due(clocks: Iterable[Clock]) -> datetime | None:
    """The wake-up of a subject: the earliest of its running clocks."""
    return min((clock.due for clock in clocks if clock.due is not None), default=None)
