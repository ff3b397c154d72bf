"""Faults: what can go wrong, how often in this seed, and how often it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random


class Fault(StrEnum):
    """Everything that this world can do to the bot."""

    CRASH = "crash"
    FREEZE = "freeze"
    CLOCK_STEP = "clock step"
    DATABASE_REFUSES = "database refuses"
    COMMIT_ANSWER_LOST = "commit answer lost"
    SERIALIZATION = "serialization failure"
    DATABASE_OUTAGE = "database outage"
    RATE_LIMITED = "429"
    SERVER_ERROR = "5xx, not done"
    SERVER_ERROR_DONE = "5xx, done"
    REFUSED_CONNECTION = "connection refused"
    REQUEST_LOST = "request lost"
    ANSWER_LOST = "answer lost"
    LANDS_LATE = "lands after the answer was given up"
    LANDS_MUCH_LATER = "lands minutes later"
    SLACK_OUTAGE = "Slack outage"
    RATE_STORM = "429 storm"
    CHANNEL_ARCHIVED = "channel archived"
    DELIVERED_TWICE = "event sent twice"
    OUT_OF_ORDER = "event out of order"


STRETCHES: dict[Fault, tuple[float, float]] = {
    Fault.DATABASE_OUTAGE: (2, 40),
    Fault.SLACK_OUTAGE: (20, 3600),
    Fault.RATE_STORM: (10, 180),
}
"""Faults that last: seconds, at least and at most."""

CHANCES: dict[Fault, tuple[float, float]] = {
    Fault.CRASH: (0.001, 0.01),
    Fault.FREEZE: (0.001, 0.01),
    Fault.DATABASE_REFUSES: (0.005, 0.05),
    Fault.COMMIT_ANSWER_LOST: (0.005, 0.05),
    Fault.SERIALIZATION: (0.01, 0.2),
    Fault.RATE_LIMITED: (0.01, 0.2),
    Fault.SERVER_ERROR: (0.01, 0.1),
    Fault.SERVER_ERROR_DONE: (0.01, 0.1),
    Fault.REFUSED_CONNECTION: (0.01, 0.1),
    Fault.REQUEST_LOST: (0.01, 0.1),
    Fault.ANSWER_LOST: (0.01, 0.2),
    Fault.LANDS_LATE: (0.01, 0.1),
    Fault.LANDS_MUCH_LATER: (0.01, 0.1),
    Fault.DELIVERED_TWICE: (0.05, 0.4),
    Fault.OUT_OF_ORDER: (0.05, 0.3),
}
"""Faults of a moment: how likely at each opportunity, at least and at most, where a seed has them at all."""

LIKELIHOOD = 0.4
"""How likely a seed is to know a kind of fault: many at once hide each other, so most seeds know a few."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A fault that lasts from one moment to another."""

    fault: Fault
    begins: datetime
    ends: datetime


class Weather:
    """Decides what goes wrong now. Once `calm` is set nothing does any more."""

    def __init__(
        self,
        random: Random,
        start: datetime,
        *,
        chances: Mapping[Fault, float] | None = None,
        stretches: Sequence[Stretch] = (),
    ) -> None:
        self._random = random
        self.calm = False
        self.counts: Counter[Fault] = Counter()
        self.last_trouble = start
        """The last moment at which the bot was kept from its work; Slack's troubles are not among those."""
        self._chances = chances or {}
        self.stretches = stretches

    @classmethod
    def of_seed(cls, random: Random, start: datetime, length: timedelta, longest: timedelta) -> Weather:
        """Some faults of a moment and some that last, as the seed has it."""
        chances = {
            fault: random.uniform(*between)
            for fault, between in CHANCES.items()
            if random.random() < LIKELIHOOD
        }
        stretches = [
            _stretch(random, fault, between, start, length, longest)
            for fault, between in STRETCHES.items()
            if random.random() < LIKELIHOOD
        ]
        return cls(random, start, chances=chances, stretches=stretches)

    def knows(self, fault: Fault) -> bool:
        """Whether a fault of a moment can happen in this seed at all."""
        return fault in self._chances

    @property
    def knows_late_landings(self) -> bool:
        """Whether a message may appear after its answer was given up: then our clocks must be right."""
        return self.knows(Fault.LANDS_LATE) or self.knows(Fault.LANDS_MUCH_LATER)

    def strikes(self, fault: Fault) -> bool:
        """Whether a fault of a moment happens now."""
        chance = self._chances.get(fault, 0.0)
        if self.calm or not chance or self._random.random() >= chance:
            return False
        self.counts[fault] += 1
        return True

    def lasts(self, fault: Fault, now: datetime) -> bool:
        """Whether a fault that lasts is under way."""
        if self.calm or not any(s.fault is fault and s.begins <= now < s.ends for s in self.stretches):
            return False
        self.counts[fault] += 1
        return True

    def troubled(self, now: datetime) -> None:
        """The bot was kept from its work."""
        self.last_trouble = max(self.last_trouble, now)


def _stretch(
    random: Random,
    fault: Fault,
    between: tuple[float, float],
    start: datetime,
    length: timedelta,
    longest: timedelta,
) -> Stretch:
    """Short ones are as likely as long ones: the length is drawn by its logarithm."""
    begins = start + length * random.random()
    least, most = between[0], min(between[1], longest.total_seconds())
    seconds = least * (most / least) ** random.random()
    return Stretch(fault, begins, begins + timedelta(seconds=seconds))
