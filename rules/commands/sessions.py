"""Sessions: `sessions`, `digest morning`, `digest morning last 2`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.commands.words import CommandError


@dataclass(frozen=True, slots=True)
class Digest:
    """What a session must decide: as it is now, or as it was posted (1: the newest, 2: the one before)."""

    session: str
    back: int = 0


@dataclass(frozen=True, slots=True)
class ListSessions:
    """Which sessions there are, and when."""


AboutSessions = Digest | ListSessions


def _digest(rest: str) -> Digest:
    match rest.casefold().split():
        case [session]:
            return Digest(session)
        case [session, "last"]:
            return Digest(session, back=1)
        case [session, "last", number] if number.isascii() and number.isdigit() and 0 < int(number) < 10_000:
            return Digest(session, back=int(number))
        case [session, *_]:
            raise CommandError(
                "After the session comes nothing, `last`, or `last 2`.", f"digest {session} last"
            )
    raise CommandError("`digest` needs a session; here is how to list them.", "sessions")


READERS: Mapping[str, Callable[[str], AboutSessions]] = {
    "digest": _digest,
    "sessions": lambda _: ListSessions(),
}

SYNONYMS: Mapping[str, str] = {"session": "sessions", "meetings": "sessions", "agenda": "digest"}
