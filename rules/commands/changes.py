"""What somebody does about an exception: `ack`, `contain`, `assign`, `snooze`, `resolve`, `escalate`, …"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from rules.commands.numbers import thread_and, thread_and_maybe, thread_id, thread_named
from rules.commands.words import CommandError
from rules.durations import DurationError, parse_duration

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Somebody takes it."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class Contain:
    """The damage is held; by what, if it was said."""

    thread_id: int
    action: str = ""


@dataclass(frozen=True, slots=True)
class Assign:
    """`to` is a Slack id when `mentioned`, otherwise a name or a person key."""

    thread_id: int
    to: str
    mentioned: bool


@dataclass(frozen=True, slots=True)
class SnoozeFor:
    """Not now."""

    thread_id: int
    span: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class Resolve:
    """Done; what it takes is asked for."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class Escalate:
    """The next tier is told now."""

    thread_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Not a case after all."""

    thread_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Merge:
    """Part of another case."""

    thread_id: int
    into: int


ThreadChange = Acknowledge | Contain | Assign | SnoozeFor | Resolve | Escalate | Cancel | Merge


def _assign(rest: str) -> Assign:
    thread, whom = thread_and(rest, "assign", needs="a person", example="@Maria")
    mention = _MENTION.fullmatch(whom)
    return Assign(thread, mention[1] if mention else whom.removeprefix("@"), mentioned=bool(mention))


def _snooze(rest: str) -> SnoozeFor:
    thread, after = thread_and(rest, "snooze", needs="a time and a reason", example="30m no parts")
    span, _, reason = after.partition(" ")
    if not reason:
        raise CommandError("Snoozing needs a reason.", f"snooze EX-{thread} {span} waiting for parts")
    try:
        return SnoozeFor(thread, parse_duration(span), reason)
    except DurationError as error:
        raise CommandError(f"{error}.", f"snooze EX-{thread} 30m {reason}") from error


def _cancel(rest: str) -> Cancel:
    thread, reason = thread_and(rest, "cancel", needs="a reason", example="test run")
    return Cancel(thread, reason)


def _merge(rest: str) -> Merge:
    thread, other = thread_and(rest, "merge", needs="another exception", example="EX-9")
    into = thread_named(other.casefold().removeprefix("into "))
    if into is None:
        raise CommandError(f"“{other}” is not an exception.", f"merge EX-{thread} EX-9")
    return Merge(thread, into)


READERS: Mapping[str, Callable[[str], ThreadChange]] = {
    "ack": lambda rest: Acknowledge(thread_id(rest, "ack")),
    "contain": lambda rest: Contain(*thread_and_maybe(rest, "contain")),
    "assign": _assign,
    "snooze": _snooze,
    "resolve": lambda rest: Resolve(thread_id(rest, "resolve")),
    "escalate": lambda rest: Escalate(*thread_and_maybe(rest, "escalate")),
    "cancel": _cancel,
    "merge": _merge,
}

SYNONYMS: Mapping[str, str] = {
    "acknowledge": "ack",
    "take": "ack",
    "reassign": "assign",
    "close": "resolve",
    "done": "resolve",
}
