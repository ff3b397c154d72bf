"""The exception that a command is about: `EX-12`, `ex 12`, `#12`, or 12 for short."""

from __future__ import annotations

import re

from rules.commands.words import CommandError

_THREAD = re.compile(r"(?:ex[\s-]?|#)?([1-9][0-9]{0,17})", re.IGNORECASE | re.ASCII)
_THREAD_AND_MORE = re.compile(_THREAD.pattern + r"(?:\s+|$)", re.IGNORECASE | re.ASCII)


def begins_with_thread(text: str) -> bool:
    """Whether this looks like an exception rather than a command."""
    return _THREAD.match(text) is not None


def thread_named(text: str) -> int | None:
    """The exception that all of this names."""
    found = _THREAD.fullmatch(text)
    return int(found[1]) if found else None


def thread_id(rest: str, command: str) -> int:
    """The exception and nothing else; raises CommandError."""
    thread, after = thread_and_maybe(rest, command)
    if after:
        raise CommandError(f"`{command}` takes one exception and nothing else.", f"{command} EX-{thread}")
    return thread


def thread_and(rest: str, command: str, *, needs: str, example: str) -> tuple[int, str]:
    """The exception and what must follow it; raises CommandError."""
    thread, after = thread_and_maybe(rest, command)
    if not after:
        raise CommandError(f"`{command}` needs {needs}.", f"{command} EX-{thread} {example}")
    return thread, after


def thread_and_maybe(rest: str, command: str) -> tuple[int, str]:
    """The exception that comes first, and what follows it; `ex 12` is one word. Raises CommandError."""
    found = _THREAD_AND_MORE.match(rest)
    if not found:
        word = rest.partition(" ")[0]
        what = f"“{word}” is not an exception" if word else f"`{command}` needs an exception"
        raise CommandError(f"{what}; they are called EX-12, or 12 for short.", f"{command} EX-12")
    return int(found[1]), rest[found.end() :]
