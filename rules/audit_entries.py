"""Audit entries: who changed what, when, through which door and why, told without naming anybody.

People stand in an entry by a pseudonym alone, and the reason that somebody typed is bound to the entry by a
salted digest. So a person can be forgotten and a reason erased later without breaking the chain.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ANDON = "andon"
"""Who it was when it was nobody: the bot itself."""

AT_TERMINAL = "user:"
"""Before the name of a user of the bot's own machine, who need not be in the plan."""

MAX_REASON = 2_000

_PSEUDONYM = re.compile(r"p-[0-9a-f]{12}")

Value = str | int | float | bool | None | tuple[str, ...]
Values = Mapping[str, "Value | Someone"]


class What(StrEnum):
    """What somebody did. Words are added, never changed: they stand in chains that are sealed."""

    PLAN_APPLIED = "plan.applied"
    EXCEPTION_RAISED = "exception.raised"
    EXCEPTION_ACKNOWLEDGED = "exception.acknowledged"
    EXCEPTION_CONTAINED = "exception.contained"
    EXCEPTION_RESOLVED = "exception.resolved"
    EXCEPTION_REASSIGNED = "exception.reassigned"
    EXCEPTION_SNOOZED = "exception.snoozed"
    EXCEPTION_ESCALATED = "exception.escalated"
    EXCEPTION_MERGED = "exception.merged"
    EXCEPTION_ABSORBED = "exception.absorbed"
    EXCEPTION_CANCELLED = "exception.cancelled"
    DECISION_LOGGED = "decision.logged"
    DECISION_AMENDED = "decision.amended"
    DECISION_REVIEWED = "decision.reviewed"
    MAINTENANCE_SET = "maintenance.set"
    MAINTENANCE_ENDED = "maintenance.ended"
    READING_ENTERED = "reading.entered"
    READING_CORRECTED = "reading.corrected"
    READINGS_IMPORTED = "readings.imported"
    DELIVERY_RETRIED = "delivery.retried"
    DELIVERY_DROPPED = "delivery.dropped"
    DELIVERIES_HELD = "deliveries.held"
    DELIVERIES_RELEASED = "deliveries.released"
    TOKEN_CREATED = "token.created"  # noqa: S105 - a word of the vocabulary, not a secret
    TOKEN_ROTATED = "token.rotated"  # noqa: S105 - a word of the vocabulary, not a secret
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - a word of the vocabulary, not a secret
    DATABASE_RESTORED = "database.restored"
    AUDIT_PINNED = "audit.pinned"
    AUDIT_PRUNED = "audit.pruned"
    PERSON_FORGOTTEN = "person.forgotten"


class Through(StrEnum):
    """The door through which it came."""

    SLACK = "slack"
    HTTP = "http"
    CLI = "cli"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Someone:
    """A person among the values of an entry; a pseudonym takes their place before it is stored."""

    key: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in somebody's words. `text` and `salt` are None once it was erased; `digest` stays."""

    digest: str
    text: str | None
    salt: str | None

    @classmethod
    def given(cls, text: str, *, salt: str) -> Reason | None:
        """A reason as it is kept; None when nothing was said. Without the salt nobody can guess the text."""
        said = _clean(text)[:MAX_REASON]
        return cls(_digest(said, salt), said, salt) if said else None

    @property
    def is_erased(self) -> bool:
        """Whether somebody had it removed."""
        return self.text is None

    @property
    def is_genuine(self) -> bool:
        """Whether it still says what was said; of an erased one nothing can be said."""
        return self.text is None or _digest(self.text, self.salt or "") == self.digest


@dataclass(frozen=True, slots=True)
class Entry:
    """One governed change. `who` is a pseudonym or ANDON; `change` is JSON of old and new values, or ""."""

    at: datetime
    who: str
    through: str
    what: str
    about: str
    why: Reason | None = None
    change: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry with its people as far as they are known: Someone holds a person's key, or a pseudonym.

    `who` is None for the bot; `number` is None until the entry is sealed; `why` is None once it was erased.
    """

    number: int | None
    at: datetime
    who: Someone | None
    through: str
    what: str
    about: str
    why: str | None
    old: Mapping[str, object]
    new: Mapping[str, object]


def is_pseudonym(text: str) -> bool:
    """Whether this is what `pseudonym` makes of twelve digits."""
    return _PSEUDONYM.fullmatch(text) is not None


def pseudonym(digits: str) -> str:
    """What a person is called from now on; twelve random hexadecimal digits tell nothing of them."""
    return f"p-{digits}"


def _digest(text: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def _clean(text: str) -> str:
    """Without what a database refuses to store."""
    kept = (each for each in text if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs"))
    return "".join(kept).strip()
