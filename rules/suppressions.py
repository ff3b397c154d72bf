"""Suppressions: for a while, with an author and a reason, what would open a thread is held back instead.

What counts is the moment at which a thread would open, not the time of the event. An event that happened in
a window and comes in after it says what still stood when last heard of, so it opens; one from before a window
that comes in during it is held back until the end. Nothing is lost either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from rules.built_in_rules import CALL_RULE_PREFIX, OWN_RULE_KEYS
from rules.control_plan import EVERYWHERE

LONGEST = timedelta(days=31)
"""What is silent for longer belongs into the plan, where it is reviewed."""

FURTHEST = timedelta(days=366)


class SuppressionError(ValueError):
    """It cannot be made or ended as asked; says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """What is held back: whatever fits every part that is given, and in each part any of its entries.

    `places` are keys of equipment and mean everything below it, too; "*" is the whole plant. `rules` and
    `fingerprints` and `sources` (of events) are globs.
    """

    places: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.places or self.rules or self.sources or self.fingerprints):
            raise SuppressionError("A suppression says what it holds back; name equipment or a rule.")

    def fits(self, occurrence: Occurrence) -> bool:
        """Whether it is about this."""
        here = (EVERYWHERE, *occurrence.lineage)
        return (
            (not self.places or not set(self.places).isdisjoint(here))
            and _fits(self.rules, occurrence.rule)
            and _fits(self.sources, occurrence.source)
            and _fits(self.fingerprints, occurrence.fingerprint)
        )


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What would open a thread. `lineage`: keys of its equipment and of everything that it is part of."""

    rule: str
    fingerprint: str
    lineage: tuple[str, ...]
    source: str = ""

    @property
    def is_always_heard(self) -> bool:
        """A person who calls for help is never silenced, nor what Andon says of itself."""
        return self.rule.startswith(CALL_RULE_PREFIX) or self.rule in OWN_RULE_KEYS


@dataclass(frozen=True, slots=True)
class Suppression:
    """One silence: from `begins` until just before `ends`, or until somebody ended it. Times are UTC.

    `author` and `ended_by` are person keys. `id` is 0 until stored.
    """

    id: int
    matcher: Matcher
    begins: datetime
    ends: datetime
    reason: str
    author: str
    made_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None

    @property
    def name(self) -> str:
        """The name people use: SU-3."""
        return f"SU-{self.id}"

    @property
    def over_at(self) -> datetime:
        """When it stops holding anything back."""
        return self.ends if self.ended_at is None else min(self.ends, self.ended_at)

    def holds_at(self, moment: datetime) -> bool:
        """Whether it is in force; at its very end it is not."""
        return self.begins <= moment < self.over_at


def in_plain_words(matcher: Matcher) -> str:
    """`line-2`, `rule machine-down`, `everything`: by its keys; not escaped."""
    places = ["everything" if key == EVERYWHERE else key for key in matcher.places]
    return in_parts(
        {"": places, "rule ": matcher.rules, "source ": matcher.sources, "signal ": matcher.fingerprints}
    )


def in_parts(parts: Mapping[str, Sequence[str]]) -> str:
    """The entries of each kind that has any, behind the word for the kind."""
    return " · ".join(f"{kind}{', '.join(entries)}" for kind, entries in parts.items() if entries)


def holding_back(
    suppressions: Iterable[Suppression], occurrence: Occurrence, moment: datetime
) -> Suppression | None:
    """The suppression that keeps this from opening a thread now; of several the one that lasts longest."""
    if occurrence.is_always_heard:
        return None
    covering = [each for each in suppressions if each.holds_at(moment) and each.matcher.fits(occurrence)]
    return max(covering, key=lambda each: (each.over_at, -each.id), default=None)


def check_window(begins: datetime, ends: datetime, now: datetime) -> None:
    """Raises SuppressionError for a window that is empty, over, too long or too far away."""
    if ends <= begins:
        raise SuppressionError("It would end before it begins; nothing was saved.")
    if ends <= now:
        raise SuppressionError("It would be over already; nothing was saved.")
    if ends - begins > LONGEST:
        raise SuppressionError(
            f"It may last {LONGEST.days} days at most, so that nothing stays silent for ever; nothing was "
            "saved. What must be silent for longer is changed in the control plan."
        )
    if begins - now > FURTHEST:
        raise SuppressionError("It may begin within a year; nothing was saved.")


def ended(suppression: Suppression, *, by: str, now: datetime) -> Suppression:
    """The same, ended early; raises SuppressionError when it is over."""
    if suppression.over_at <= now:
        raise SuppressionError(f"{suppression.name} is over already; nothing was changed.")
    return replace(suppression, ended_at=now, ended_by=by)


def _fits(globs: tuple[str, ...], text: str) -> bool:
    return not globs or any(fnmatchcase(text, glob) for glob in globs)
