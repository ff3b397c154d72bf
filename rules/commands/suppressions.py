"""Suppressions: `maintenance line-2 for 4h because …`, `maintenance end SU-3`, `suppressions`.

What is to be silent, from when until when, and why are told apart here; `rules.matchers` and `rules.windows`
make sense of the parts, knowing the plan and the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from rules.commands.words import CommandError
from rules.durations import DurationError, parse_duration
from rules.windows import LocalMoment, WindowWords, read_moment

EXAMPLE = "maintenance line-2 for 4h because planned lubrication"

_NO_END = "A maintenance window needs an end: `for 4h` or `until 06:00`."
_NO_MATTER = "A maintenance window needs to say for what: equipment, a KPI or a rule."

_NUMBER = re.compile(r"(?:su[\s-]?|#)?([1-9][0-9]{0,17})", re.IGNORECASE | re.ASCII)
_BEGIN = ("from",)
_END = ("until", "till", "to")
_SPAN = ("for",)
_BECAUSE = ("because", "reason")


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A suppression to be made; `what` is told apart with the plan at hand."""

    what: str
    window: WindowWords
    reason: str


@dataclass(frozen=True, slots=True)
class ListSuppressions:
    """What is silent now, or will be; `all_of_them`: and what has been."""

    all_of_them: bool = False


@dataclass(frozen=True, slots=True)
class EndSuppression:
    """One is over now."""

    number: int


AboutSuppressions = Maintenance | ListSuppressions | EndSuppression


def read_suppression(text: str) -> AboutSuppressions:
    """Read what follows `maintenance`: nothing, `end SU-3`, or a window to be made."""
    first, _, rest = text.partition(" ")
    if not text or (first.casefold() == "list" and not rest):
        return ListSuppressions()
    if text.casefold() in ("all", "list all"):
        return ListSuppressions(all_of_them=True)
    if first.casefold() in ("end", "stop", "cancel"):
        return read_end(rest)
    return read_maintenance(text)


def read_end(text: str) -> EndSuppression:
    """Read `SU-3`, or 3 for short."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        what = f"“{text}” is not a maintenance window" if text else "Ending needs a maintenance window"
        raise CommandError(f"{what}; they are called SU-3, or 3 for short.", "suppressions")
    return EndSuppression(int(found[1]))


def read_maintenance(text: str) -> Maintenance:
    """Read `line-2 from 22:00 until 06:00 because …`; raises CommandError."""
    words = text.split()
    split = next((n for n, word in enumerate(words) if word.casefold() in (*_BEGIN, *_END, *_SPAN)), None)
    if split is None:
        raise CommandError(_NO_END, EXAMPLE)
    if split == 0:
        raise CommandError(_NO_MATTER, EXAMPLE)
    window, rest = _window(words[split:])
    if rest and rest[0].casefold().rstrip(":,") in _BECAUSE:
        rest = rest[1:]
    what, reason = " ".join(words[:split]), " ".join(rest).strip(" :,–-")
    if not reason:
        raise CommandError("A maintenance window needs a reason.", f"maintenance {text} because …")
    return Maintenance(what, window, reason)


def _window(words: list[str]) -> tuple[WindowWords, list[str]]:
    begin: LocalMoment | None = None
    if words[0].casefold() in _BEGIN:
        begin, words = _moment(words)
    if not words or words[0].casefold() not in (*_END, *_SPAN):
        raise CommandError(_NO_END, EXAMPLE)
    if words[0].casefold() in _END:
        until, rest = _moment(words)
        return WindowWords(begin, until=until), rest
    return WindowWords(begin, span=_span(words[1:])), words[2:]


def _moment(words: list[str]) -> tuple[LocalMoment, list[str]]:
    read = read_moment(words[1:])
    if read is None:
        said = f"“{words[1]}”" if len(words) > 1 else "nothing"
        raise CommandError(
            f"After `{words[0]}` comes a time such as 22:00, tomorrow 06:00, mon 06:00 or 2026-03-01 06:00, "
            f"not {said}.",
            EXAMPLE,
        )
    moment, taken = read
    return moment, words[1 + taken :]


def _span(words: list[str]) -> timedelta:
    try:
        return parse_duration(words[0].rstrip(":,") if words else "")
    except DurationError as error:
        raise CommandError(f"{error}.", EXAMPLE) from error


READERS: Mapping[str, Callable[[str], AboutSuppressions]] = {
    "maintenance": read_suppression,
    "suppressions": lambda rest: ListSuppressions(rest.casefold() == "all"),
}

SYNONYMS: Mapping[str, str] = {
    "silence": "maintenance",
    "mute": "maintenance",
    "suppress": "maintenance",
    "downtime": "maintenance",
    "silences": "suppressions",
}
