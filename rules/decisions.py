"""Decisions: what was decided about which KPI, by when it must have moved, and whether it did.

A decision counts only when it names a KPI, an expected change, a day and an owner; anything less is kept as
a conversation. Nothing is ever edited: an amendment is a new entry that points to the one it replaces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from rules.clocks import is_late
from rules.control_plan import Direction, Site

MOST_ASKED = 4
"""On the day itself and three days more; after that the question goes to others, once."""

_AMOUNT = re.compile(r"([+\-−–]?)\s*(\d{1,12}(?:[.,]\d{1,6})?)\s*[^\d.,]*")


class Part(StrEnum):
    """What a decision needs, beside its text, to be counted."""

    KPI = "a KPI"
    CHANGE = "an expected change"
    BY_WHEN = "a date"
    OWNER = "an owner"


class Outcome(StrEnum):
    """What the owner says became of it."""

    MOVED = "moved"
    NOT_MOVED = "not_moved"


@dataclass(frozen=True, slots=True)
class Review:
    """The answer to what happened. `value`: what the KPI read then, None when nobody knew."""

    outcome: Outcome
    said: str
    value: float | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the log. `id` is 0 before it is stored.

    `change` is signed, in the KPI's unit. `by_when` is the moment of its review: ReviewTime of that day.
    `baseline`: what the KPI read when it was decided. `amends` and `amended_by` are the entries before and
    after this one. `asked` counts the questions to its owner.
    """

    id: int
    text: str
    kpi: str | None
    change: float | None
    by_when: datetime | None
    owner: str | None
    decided_by: str
    decided_at: datetime
    baseline: float | None = None
    thread_id: int | None = None
    permalink: str = ""
    amends: int | None = None
    amended_by: int | None = None
    asked: int = 0
    review: Review | None = None

    @property
    def name(self) -> str:
        """What people call it: D-7."""
        return f"D-{self.id}"

    @property
    def missing(self) -> tuple[Part, ...]:
        """What it lacks to be counted."""
        parts = {
            Part.KPI: self.kpi,
            Part.CHANGE: self.change,
            Part.BY_WHEN: self.by_when,
            Part.OWNER: self.owner,
        }
        return tuple(part for part, value in parts.items() if value is None)

    @property
    def counted(self) -> bool:
        """Whether it is a decision; otherwise it is a conversation."""
        return not self.missing

    @property
    def reviewed(self) -> Outcome | None:
        """What became of it, once somebody said."""
        return self.review.outcome if self.review else None

    @property
    def awaits_review(self) -> bool:
        """Whether somebody still has to say what happened."""
        return self.counted and self.review is None and self.amended_by is None

    @property
    def is_amendable(self) -> bool:
        """Whether another entry may take its place."""
        return self.amended_by is None and self.reviewed is not Outcome.MOVED

    def answers_to(self, person: str) -> bool:
        """Whether this person may amend or review it: its owner, and whoever decided it."""
        return person in (self.owner, self.decided_by)


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision as somebody puts it: what is None was left open.

    `day` is a day of the plant; `amends` the number of the entry that this one takes the place of.
    """

    text: str
    kpi: str | None = None
    change: float | None = None
    day: date | None = None
    owner: str | None = None
    thread_id: int | None = None
    permalink: str = ""
    amends: int | None = None


class DecisionError(Exception):
    """What was asked of a decision makes no sense any more; says why and what to do."""


class AlreadyReviewedError(DecisionError):
    """Somebody has said what happened."""


class AlreadyAmendedError(DecisionError):
    """A newer entry has taken its place."""


class PastDayError(DecisionError):
    """The review of that day would have been held already."""


class AmountError(ValueError):
    """An expected change that is no amount, or points the wrong way."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A review that has come due: its owner is asked, or others are told (`escalates`).

    `next_due` is when to look again, None for never. `late` is when it should have been asked, if that is
    past.
    """

    decision: Decision
    escalates: bool
    next_due: datetime | None
    late: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReviewTime:
    """The time of the plant's day at which owners are asked what happened."""

    at: time
    zone: ZoneInfo

    @classmethod
    def of(cls, site: Site) -> Self:
        """As the plan has it."""
        return cls(time.fromisoformat(site.review_at), ZoneInfo(site.timezone))

    def on(self, day: date) -> datetime:
        """When a decision due on this day is reviewed, whatever the clocks did the night before."""
        return datetime.combine(day, self.at, self.zone)

    def after(self, now: datetime) -> datetime:
        """The same time of the next day."""
        return self.on(now.astimezone(self.zone).date() + timedelta(days=1))

    def latest(self, now: datetime) -> datetime:
        """When it last was that time of the day."""
        today = self.on(now.astimezone(self.zone).date())
        return today if today <= now else self.on(today.date() - timedelta(days=1))


def ring(decision: Decision, now: datetime, review: ReviewTime) -> Reminder | None:
    """Who is asked now, or None when there is nothing left to ask.

    After downtime one question stands for all that were missed; the next follows a day later.
    """
    if not decision.awaits_review or decision.asked > MOST_ASKED:
        return None
    asked = replace(decision, asked=decision.asked + 1)
    due = review.latest(now) if decision.asked else decision.by_when or now
    late = due if is_late(due, now) else None
    if decision.asked == MOST_ASKED:
        return Reminder(asked, escalates=True, next_due=None, late=late)
    return Reminder(asked, escalates=False, next_due=review.after(now), late=late)


def check_reviewable(decision: Decision) -> None:
    """Refuse to review a conversation, or what has been reviewed or amended; raises DecisionError."""
    if not decision.counted:
        raise DecisionError(f"{decision.name} is a conversation: nothing was expected of it. Amend it first.")
    if decision.amended_by is not None:
        raise _amended(decision)
    if decision.review is not None:
        outcome = decision.review.outcome.replace("_", " ")
        raise AlreadyReviewedError(f"{decision.name} was reviewed already: {outcome}. Nothing was changed.")


def check_amendable(decision: Decision) -> None:
    """Refuse to amend what was amended already or has reached its end; raises DecisionError."""
    if decision.amended_by is not None:
        raise _amended(decision)
    if decision.reviewed is Outcome.MOVED:
        raise AlreadyReviewedError(
            f"{decision.name} has done its work: its KPI moved. Log a new decision with `/andon decide`."
        )


def parse_amount(text: str, direction: Direction | None) -> float:
    """An expected change as typed: `2`, `-1,5`, `+2 %`. Without a sign it means so much better.

    Raises AmountError for no number, for nothing, and for a change to the worse.
    """
    found = _AMOUNT.fullmatch(text.strip())
    amount = float(found[2].replace(",", ".")) if found else 0.0
    if not found or not amount:
        raise AmountError("Please type an amount in the KPI's unit, such as 2 or -1.5.")
    better = -1 if direction is Direction.LOWER else 1
    sign = better if not found[1] else 1 if found[1] == "+" else -1
    if direction is not None and sign != better:
        raise AmountError(f"For this KPI {direction} is better; this change would make it worse.")
    return sign * amount


def _amended(decision: Decision) -> AlreadyAmendedError:
    return AlreadyAmendedError(
        f"{decision.name} was amended: D-{decision.amended_by} has taken its place. Nothing was changed."
    )
