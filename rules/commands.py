"""The slash command: what somebody typed after `/andon`, as a value or as an error that says what was meant.

Nothing here knows the plan: whether a call type, a place or a person exists is asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches

from rules.durations import DurationError, parse_duration
from rules.maintenance_words import (
    EndSuppression,
    ListSuppressions,
    Maintenance,
    MaintenanceWordsError,
    read_suppression,
)

MINE = "mine"
OPEN = "open"
DUE = "due"

_THREAD = re.compile(r"(?:ex[\s-]?|#)?([1-9][0-9]{0,17})", re.IGNORECASE | re.ASCII)
_DECISION = re.compile(r"(?:d[\s-]?|#)?([1-9][0-9]{0,17})", re.IGNORECASE | re.ASCII)
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


@dataclass(frozen=True, slots=True)
class Help:
    """What can be done, or how one thing is done."""

    topic: str = ""


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


@dataclass(frozen=True, slots=True)
class Decide:
    """A decision to log; its KPI and its text are told apart with the plan at hand."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class ListDecisions:
    """`scope` is "" for all, DUE, MINE, or the name of a KPI."""

    scope: str = ""


@dataclass(frozen=True, slots=True)
class ShowDecision:
    """One decision with what came before and after it."""

    decision_id: int


@dataclass(frozen=True, slots=True)
class AboutKpi:
    """A KPI to be shown, or a value to be recorded; its name and the value are told apart with the plan."""

    words: str


@dataclass(frozen=True, slots=True)
class ListKpis:
    """What is off target or not known any more."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a session must decide: as it is now, or as it was posted (1: the newest, 2: the one before)."""

    session: str
    back: int = 0


@dataclass(frozen=True, slots=True)
class ListSessions:
    """Which sessions there are, and when."""


@dataclass(frozen=True, slots=True)
class WhoAmI:
    """Who the plan takes the asker for."""


@dataclass(frozen=True, slots=True)
class Version:
    """Which plan and which software are running."""


Command = (
    Help
    | ListThreads
    | Show
    | Raise
    | Acknowledge
    | Contain
    | Assign
    | SnoozeFor
    | Resolve
    | Escalate
    | Cancel
    | Merge
    | Decide
    | ListDecisions
    | ShowDecision
    | AboutKpi
    | ListKpis
    | Digest
    | ListSessions
    | Maintenance
    | ListSuppressions
    | EndSuppression
    | WhoAmI
    | Version
)


class CommandError(ValueError):
    """Not understood. `suggestion` is a command that probably was meant, ready to be typed, or ""."""

    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.suggestion = suggestion


def parse_command(text: str) -> Command:
    """Read what follows `/andon`; nothing at all asks for help. Raises CommandError and nothing else."""
    words = text.split(maxsplit=1)
    if not words:
        return Help()
    name, rest = words[0].casefold(), " ".join("".join(words[1:]).split())
    read = _READERS.get(_SYNONYMS.get(name, name))
    if read is not None:
        return read(rest)
    if name.startswith("d-") and _DECISION.fullmatch(name):
        return _decision(name)
    if _THREAD.match(text.strip()):
        return Show(_thread_id(" ".join(text.split()), "show"))
    raise _unknown(words[0], rest)


def _unknown(word: str, rest: str) -> CommandError:
    near = get_close_matches(word.casefold(), [*_READERS, *_SYNONYMS], n=1, cutoff=0.5)
    suggestion = f"{_SYNONYMS.get(near[0], near[0])} {rest}".strip() if near else ""
    return CommandError(f"I do not know “{word}”.", suggestion)


def _threads(rest: str) -> Command:
    return ListThreads(rest.casefold() or MINE)


def _assign(rest: str) -> Command:
    thread_id, whom = _thread_and(rest, "assign", needs="a person", example="@Maria")
    mention = _MENTION.fullmatch(whom)
    return Assign(thread_id, mention[1] if mention else whom.removeprefix("@"), mentioned=bool(mention))


def _snooze(rest: str) -> Command:
    thread_id, after = _thread_and(rest, "snooze", needs="a time and a reason", example="30m no parts")
    span, _, reason = after.partition(" ")
    if not reason:
        raise CommandError("Snoozing needs a reason.", f"snooze EX-{thread_id} {span} waiting for parts")
    try:
        return SnoozeFor(thread_id, parse_duration(span), reason)
    except DurationError as error:
        raise CommandError(f"{error}.", f"snooze EX-{thread_id} 30m {reason}") from error


def _cancel(rest: str) -> Command:
    thread_id, reason = _thread_and(rest, "cancel", needs="a reason", example="test run")
    return Cancel(thread_id, reason)


def _merge(rest: str) -> Command:
    thread_id, other = _thread_and(rest, "merge", needs="another exception", example="EX-9")
    into = other.casefold().removeprefix("into ")
    found = _THREAD.fullmatch(into)
    if not found:
        raise CommandError(f"“{other}” is not an exception.", f"merge EX-{thread_id} EX-9")
    return Merge(thread_id, int(found[1]))


def _decision(rest: str) -> Command:
    found = _DECISION.fullmatch(rest)
    if not found:
        what = f"“{rest}” is not a decision" if rest else "`decision` needs a decision"
        raise CommandError(f"{what}; they are called D-7, or 7 for short.", "decision D-7")
    return ShowDecision(int(found[1]))


def _about_kpi(rest: str) -> Command:
    if not rest:
        raise CommandError("`kpi` needs a KPI; here is how to see what is off.", "kpis")
    return AboutKpi(rest)


def _digest(rest: str) -> Command:
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


def _maintenance(rest: str) -> Command:
    try:
        return read_suppression(rest)
    except MaintenanceWordsError as error:
        raise CommandError(str(error), error.suggestion) from error


def _thread_and(rest: str, command: str, *, needs: str, example: str) -> tuple[int, str]:
    thread_id, after = _thread_and_maybe(rest, command)
    if not after:
        raise CommandError(f"`{command}` needs {needs}.", f"{command} EX-{thread_id} {example}")
    return thread_id, after


def _thread_and_maybe(rest: str, command: str) -> tuple[int, str]:
    """The thread that comes first, and whatever follows; `ex 12` counts as one word."""
    found = re.match(_THREAD.pattern + r"(?:\s+|$)", rest, re.IGNORECASE | re.ASCII)
    if not found:
        word = rest.partition(" ")[0]
        what = f"“{word}” is not an exception" if word else f"`{command}` needs an exception"
        raise CommandError(f"{what}; they are called EX-12, or 12 for short.", f"{command} EX-12")
    return int(found[1]), rest[found.end() :]


def _thread_id(rest: str, command: str) -> int:
    thread_id, after = _thread_and_maybe(rest, command)
    if after:
        raise CommandError(f"`{command}` takes one exception and nothing else.", f"{command} EX-{thread_id}")
    return thread_id


_READERS: Mapping[str, Callable[[str], Command]] = {
    "help": lambda rest: Help(rest.casefold()),
    "list": _threads,
    "show": lambda rest: Show(_thread_id(rest, "show")),
    "raise": Raise,
    "ack": lambda rest: Acknowledge(_thread_id(rest, "ack")),
    "contain": lambda rest: Contain(*_thread_and_maybe(rest, "contain")),
    "assign": _assign,
    "snooze": _snooze,
    "resolve": lambda rest: Resolve(_thread_id(rest, "resolve")),
    "escalate": lambda rest: Escalate(*_thread_and_maybe(rest, "escalate")),
    "cancel": _cancel,
    "merge": _merge,
    "decide": Decide,
    "decisions": lambda rest: ListDecisions(rest.casefold()),
    "decision": _decision,
    "kpi": _about_kpi,
    "kpis": lambda _: ListKpis(),
    "digest": _digest,
    "sessions": lambda _: ListSessions(),
    "maintenance": _maintenance,
    "suppressions": lambda rest: ListSuppressions(rest.casefold() == "all"),
    "whoami": lambda _: WhoAmI(),
    "version": lambda _: Version(),
    "mine": lambda _: ListThreads(MINE),
    "open": lambda _: ListThreads(OPEN),
}

_SYNONYMS: Mapping[str, str] = {
    "?": "help",
    "ls": "list",
    "acknowledge": "ack",
    "take": "ack",
    "reassign": "assign",
    "close": "resolve",
    "done": "resolve",
    "call": "raise",
    "session": "sessions",
    "meetings": "sessions",
    "agenda": "digest",
    "silence": "maintenance",
    "mute": "maintenance",
    "suppress": "maintenance",
    "downtime": "maintenance",
    "silences": "suppressions",
    "who": "whoami",
    "me": "whoami",
}
