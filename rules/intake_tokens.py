"""What the holder of an intake token may send, and until when its secret is worth anything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase

OWN_SOURCES = ("andon:", "slack:")
"""How sources begin that only Andon itself speaks for: its auditor, its clocks, people in Slack."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_GLOB = re.compile(r"[*?[]")


class TokenError(Exception):
    """A token cannot be made or changed like that; the message says why and what to do."""


class Scope(StrEnum):
    """What may be sent."""

    EVENTS = "events"
    READINGS = "readings"


EVERYTHING = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows. `name` is its sender's; `sources` are globs, none of them means any source."""

    name: str
    scopes: frozenset[Scope] = EVERYTHING
    sources: tuple[str, ...] = ()

    @property
    def default_source(self) -> str:
        """Whose word it is when a sender does not say: its only source, or its name."""
        if len(self.sources) == 1 and not _GLOB.search(self.sources[0]):
            return self.sources[0]
        return self.name

    def source_trouble(self, source: str) -> str | None:
        """The rule that a source breaks, if the token may not speak for it."""
        if self.sources and not any(fnmatchcase(source, each) for each in self.sources):
            return f"must be a source that the token {self.name} may speak for: {', '.join(self.sources)}"
        return None


@dataclass(frozen=True, slots=True)
class Key:
    """One secret of a token, by its digest. `ends_at`: when a rotation makes it worthless."""

    grant: Grant
    token_id: int
    prefix: str
    digest: bytes
    ends_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def trouble(self, now: datetime) -> str | None:
        """Why it opens nothing any more, if so."""
        what = f"The token {self.grant.name} ({self.prefix}…)"
        if self.revoked_at is not None:
            return f"{what} was revoked on {_day(self.revoked_at)}"
        if self.expires_at is not None and self.expires_at <= now:
            return f"{what} expired on {_day(self.expires_at)}"
        if self.ends_at is not None and self.ends_at <= now:
            return f"{what} was rotated, and this secret ended on {_day(self.ends_at)}"
        return None


def checked_name(name: str) -> str:
    """The name of a token to be; raises TokenError."""
    if not _NAME.fullmatch(name):
        raise TokenError(
            f"{name!r} cannot name a token: up to 64 letters, digits, '.', '_', '-', such as line-2."
        )
    return name


def checked_sources(sources: Iterable[str]) -> tuple[str, ...]:
    """Globs that can match something from outside, each once; raises TokenError."""
    wanted = tuple(dict.fromkeys(each.strip() for each in sources))
    for each in wanted:
        if not each or not each.isprintable() or len(each) > 255:
            raise TokenError(f"{each!r} cannot be a source: 1 to 255 printable characters, such as /mes/*.")
        if each.startswith(OWN_SOURCES):
            raise TokenError(f"{each!r} is Andon itself; no token can speak for it.")
    return wanted


def _day(when: datetime) -> str:
    return when.strftime("%Y-%m-%d at %H:%M UTC")
