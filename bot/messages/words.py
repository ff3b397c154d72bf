"""Words for what the rules name tersely: durations, keys, targets, severities, clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from bot.messages.text import escape, outside
from rules.clocks import ClockKind
from rules.control_plan import Severity
from rules.exception_threads import ExceptionThread
from rules.targets import Target, TargetKind


class People(Protocol):
    """How people are written. Both give escaped text; nobody is `nobody`."""

    def mention(self, key: str | None) -> str:
        """`<@U123>`, which notifies; the bold name when Slack does not know the person."""
        ...

    def name(self, key: str | None) -> str:
        """The plain name, which notifies nobody."""
        ...


SEVERITY_SIGN: Mapping[Severity, str] = {
    Severity.CRITICAL: "🔴",
    Severity.HIGH: "🟠",
    Severity.MEDIUM: "🟡",
    Severity.LOW: "🔵",
}

ASKED_FOR: Mapping[ClockKind, str] = {
    ClockKind.RESPOND: "Acknowledge",
    ClockKind.CONTAIN: "Contain",
    ClockKind.RESOLVE: "Resolve",
}
"""What somebody must do before the clock runs out."""

NOT_DONE: Mapping[ClockKind, str] = {
    ClockKind.RESPOND: "nobody acknowledged",
    ClockKind.CONTAIN: "not contained",
    ClockKind.RESOLVE: "not resolved",
}
"""What the clock found when it ran out."""

_UNITS = ((86_400, "day", "days"), (3_600, "h", "h"), (60, "min", "min"), (1, "s", "s"))


def duration(span: timedelta) -> str:
    """`5 min`, `1 h 30 min`, `2 days`: the two largest units that are not nothing."""
    rest, parts = int(span.total_seconds()), []
    for size, one, many in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {one if count == 1 else many}")
    return " ".join(parts[:2]) or "0 s"


def readable(key: str) -> str:
    """A key of the plan as people say it: `root_cause` is `Root cause`."""
    words = " ".join(key.replace("_", " ").replace("-", " ").replace(".", " ").split())
    return upper_first(words)


def upper_first(text: str) -> str:
    """The text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def times(count: int) -> str:
    """How often something happened."""
    return "once" if count == 1 else f"{count} times"


def joined(names: Sequence[str]) -> str:
    """`Ana`, `Ana and Bo`, `Ana, Bo and Cy`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def next_tier(thread: ExceptionThread, people: People) -> str:
    """Whom the plan tells at the next tier, in words; nothing at the top."""
    if thread.tier >= thread.top_tier:
        return ""
    return joined([target(text, people) for text in thread.policy.tiers[thread.tier + 1].notify])


def target(text: str, people: People) -> str:
    """A target of the plan in words: `shift_lead@area` is `the shift lead`."""
    parsed = Target.parse(text)
    match parsed.kind:
        case TargetKind.OWNER:
            return "the owner"
        case TargetKind.PERSON:
            return people.name(parsed.name)
        case TargetKind.CHANNEL:
            return escape(parsed.name)
        case TargetKind.ROLE:
            role = outside(readable(parsed.name)).lower()
            return f"the {role} of {outside(readable(parsed.area))}" if parsed.area else f"the {role}"
