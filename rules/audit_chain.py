"""The chain: each entry is sealed together with the link before it, so that no change goes unnoticed.

A link is SHA-256 over the former link and the canonical entry. Whoever can write to the database can also
seal a whole chain anew; what they cannot do is meet a checkpoint that is kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain
from typing import Self

from rules.audit_entries import Entry

FORM = 1
"""The canonical form that new entries are sealed in; an older one must stay readable here for good."""

_CHECKPOINT = re.compile(r"(0|[1-9][0-9]{0,17}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A number of the chain and its link: everything up to there is pinned by it."""

    number: int
    link: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `1204:9f2c…`; raises ValueError."""
        found = _CHECKPOINT.fullmatch(text.strip().lower())
        if found is None:
            raise ValueError(f"{text!r} is no checkpoint; write number and hash as `1204:9f2c…` (64 digits)")
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.number}:{self.link}"


BEGINNING = Checkpoint(0, "0" * 64)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry with its place in the chain, and the link that it was sealed onto."""

    number: int
    previous: str
    link: str
    entry: Entry
    form: int = FORM

    @property
    def is_genuine(self) -> bool:
        """Whether entry and link belong together as they stand."""
        why = self.entry.why
        return link_of(self.previous, self.entry, self.form) == self.link and (why is None or why.is_genuine)


class Flaw(StrEnum):
    """What is wrong with a link, in words that follow the entry's number."""

    CHANGED = "was changed after it was sealed"
    REPLACED = (
        "is not the entry that the next one was sealed onto: it was sealed anew, or one after it is gone"
    )
    MISSING = "is missing"
    INSERTED = "was put in between afterwards"
    REORDERED = "stands where another entry was sealed"
    REWRITTEN = "has another link than its checkpoint says: something up to it was sealed anew"
    CUT_OFF = "and all after it are gone, although a checkpoint knows of them"


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first place at which the chain does not hold. `at` is what that entry, or else the next, says."""

    number: int
    flaw: Flaw
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: how many entries hold, the last of them, and what is wrong after it."""

    checked: int
    last: Checkpoint
    erased: int = 0
    broken: BrokenLink | None = None


def canonical(entry: Entry, form: int = FORM) -> bytes:
    """The one spelling of an entry that is hashed. A reason stands there by its digest alone."""
    if form != FORM:
        return f"unknown form {form}".encode()
    digest = entry.why.digest if entry.why else ""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = (form, at, entry.who, entry.through, entry.what, entry.about, digest, entry.change)
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode()


def link_of(previous: str, entry: Entry, form: int = FORM) -> str:
    """The link that seals an entry onto the one before it."""
    return hashlib.sha256(previous.encode() + b"\n" + canonical(entry, form)).hexdigest()


def seal(entries: Iterable[Entry], *, onto: Checkpoint) -> Iterator[Sealed]:
    """Continue a chain; the order of the entries becomes the order of the chain."""
    last = onto
    for entry in entries:
        link = link_of(last.link, entry)
        yield Sealed(last.number + 1, last.link, link, entry)
        last = Checkpoint(last.number + 1, link)


def verify(
    rows: Iterable[Sealed], *, after: Checkpoint = BEGINNING, checkpoints: Iterable[Checkpoint] = ()
) -> Verdict:
    """Follow a chain, in the order of its numbers, from behind `after` to its first broken link or its end.

    Checkpoints up to `after` are not looked at: what they pin is not among the rows.
    """
    pinned = {each.number: each.link for each in checkpoints if each.number > after.number}
    walk = _Walk(after, pinned)
    ahead = iter(rows)
    row = next(ahead, None)
    while row is not None:
        following = next(ahead, None)
        flaw = walk.flaw_of(row, following)
        if flaw is not None:
            return walk.verdict(_located(flaw, row, following, walk, ahead))
        walk.step(row)
        row = following
    return walk.verdict(walk.cut_off())


class _Walk:
    """Where a verification stands: the last link that held, and the one before that."""

    def __init__(self, after: Checkpoint, pinned: dict[int, str]) -> None:
        self.last = after
        self.before_last: Checkpoint | None = None
        self.last_at: datetime | None = None
        self._pinned = pinned
        self._checked = 0
        self._erased = 0

    def step(self, row: Sealed) -> None:
        """The row holds."""
        self.before_last, self.last, self.last_at = self.last, Checkpoint(row.number, row.link), row.entry.at
        self._checked += 1
        self._erased += bool(row.entry.why and row.entry.why.is_erased)

    def flaw_of(self, row: Sealed, following: Sealed | None) -> Flaw | None:
        """What is wrong with the next row, as far as it and its neighbours tell."""
        if row.number > self.last.number + 1:
            return Flaw.MISSING
        if row.number <= self.last.number:
            return Flaw.INSERTED
        if not row.is_genuine:
            was_not_there = following is not None and following.is_genuine
            inserted = was_not_there and following is not None and following.previous == self.last.link
            return Flaw.INSERTED if inserted else Flaw.CHANGED
        if row.previous != self.last.link:
            return Flaw.REPLACED
        if self._pinned.get(row.number, row.link) != row.link:
            return Flaw.REWRITTEN
        return None

    def cut_off(self) -> BrokenLink | None:
        """What a checkpoint knows of and is not there any more."""
        if any(number > self.last.number for number in self._pinned):
            return BrokenLink(self.last.number + 1, Flaw.CUT_OFF, self.last_at)
        return None

    def verdict(self, broken: BrokenLink | None) -> Verdict:
        """So far."""
        return Verdict(self._checked, self.last, self._erased, broken)


def _located(
    flaw: Flaw, row: Sealed, following: Sealed | None, walk: _Walk, rest: Iterator[Sealed]
) -> BrokenLink:
    """Who is to blame: an entry that was sealed onto another link accuses its predecessor, or its place."""
    if flaw is Flaw.MISSING:
        return BrokenLink(walk.last.number + 1, flaw, row.entry.at)
    if flaw is not Flaw.REPLACED:
        return BrokenLink(row.number, flaw, row.entry.at)
    if walk.before_last is not None and row.previous == walk.before_last.link:
        return BrokenLink(walk.last.number, Flaw.INSERTED, walk.last_at)
    others = chain((following,) if following else (), rest)
    if any(other.link == row.previous for other in others):
        return BrokenLink(row.number, Flaw.REORDERED, row.entry.at)
    if walk.before_last is None:
        return BrokenLink(row.number, Flaw.REPLACED, row.entry.at)
    return BrokenLink(walk.last.number, Flaw.REPLACED, walk.last_at)
