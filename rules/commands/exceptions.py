"""Exceptions to see and to raise: `list`, `mine`, `open`, `show EX-12`, `raise`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rules.commands.numbers import thread_id
from rules.commands.words import MINE

OPEN = "open"


@dataclass(frozen=True, slots=True)
class ListThreads:
    """`scope` is MINE, OPEN, or the name of an area."""

    scope: str = MINE


@dataclass(frozen=True, slots=True)
class Show:
    """One exception with its timeline."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class Raise:
    """A call for help; call type, place and text are told apart with the plan at hand."""

    words: str = ""


AboutExceptions = ListThreads | Show | Raise


def read_show(rest: str) -> Show:
    """Read `EX-12`; raises CommandError."""
    return Show(thread_id(rest, "show"))


READERS: Mapping[str, Callable[[str], AboutExceptions]] = {
    "list": lambda rest: ListThreads(rest.casefold() or MINE),
    "mine": lambda _: ListThreads(MINE),
    "open": lambda _: ListThreads(OPEN),
    "show": read_show,
    "raise": Raise,
}

SYNONYMS: Mapping[str, str] = {"ls": "list", "call": "raise"}
