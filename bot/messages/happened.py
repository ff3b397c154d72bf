"""What happened, as the end of a sentence: for timelines, catch-up notes and answers to late presses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.messages.text import MAX_TYPED, date, outside, quoted, since
from bot.messages.words import People, readable, times, upper_first
from rules.exception_threads import Fact, FactKind

Detail = Mapping[str, Any]

_BY_SOMEBODY: Mapping[FactKind, str] = {
    FactKind.OPENED: "raised it",
    FactKind.ACKNOWLEDGED: "acknowledged it{when}",
    FactKind.CONTAINED: "contained it{when}: {action}",
    FactKind.RESOLVED: "resolved it{when}{answers}",
    FactKind.ESCALATED: "escalated it to tier {tier}{when}",
    FactKind.REASSIGNED: "handed it to {to}{when}",
    FactKind.SNOOZED: "snoozed it{when}: {reason}",
    FactKind.MERGED: "merged it into {into}{when}",
    FactKind.ABSORBED: "merged {merged} into it{when}",
    FactKind.CANCELLED: "cancelled it{when}: {reason}",
    FactKind.DECIDED: "logged {decision}: {text}",
    FactKind.REVIEWED: "said of {decision}: {outcome}",
}

_BY_ITSELF: Mapping[FactKind, str] = {
    FactKind.OPENED: "opened{held_back}",
    FactKind.REPEATED: "occurred again",
    FactKind.CLEARED: "the signal cleared",
    FactKind.RETURNED: "the signal came back",
    FactKind.REOPENED: "it was reopened{when}, because it did not hold",
    FactKind.RESOLVED: "it was resolved{when}, because the signal cleared",
    FactKind.VERIFIED: "it was verified{when}{held}",
    FactKind.ESCALATED: "escalated to tier {tier}",
    FactKind.REMINDED: "reminder {repeat} of {of} went out",
    FactKind.EXHAUSTED: "every reminder is used up",
    FactKind.AWAKENED: "its snooze ended{when}",
}


def in_short(fact: Fact, people: People, *, when: str = "") -> str:
    """`Maria acknowledged it`, `escalated to tier 2`: no full stop, no time unless `when` gives one."""
    words = {**_words(fact.detail, people), "when": when}
    if fact.by is not None and fact.kind in _BY_SOMEBODY:
        return f"{people.name(fact.by)} {_BY_SOMEBODY[fact.kind].format_map(words)}"
    return _BY_ITSELF.get(fact.kind, fact.kind.value).format_map(words)


def _words(detail: Detail, people: People) -> Mapping[str, object]:
    """Everything that a phrase may name; escaped, so that nothing typed can mention anybody."""
    return {
        "action": said(detail, "action"),
        "answers": answers(detail),
        "held_back": f"; it {held_back(detail)}" if detail.get("held_back") else "",
        "decision": outside(str(detail.get("decision", ""))),
        "held": "" if detail.get("why") == "unwatched" else ", because it held",
        "into": named(detail.get("into")),
        "merged": named(detail.get("from")),
        "of": outside(str(detail.get("of", ""))),
        "outcome": outside(readable(str(detail.get("outcome", "")))).lower(),
        "reason": said(detail, "reason"),
        "repeat": outside(str(detail.get("repeat", ""))),
        "text": said(detail, "text"),
        "tier": tier(detail),
        "to": people.name(detail.get("to")),
    }


def timeline_line(fact: Fact, people: People) -> str:
    """One line of the timeline, its moment first."""
    return f"{since(fact.at)} · {upper_first(in_short(fact, people))}"


def in_short_when(fact: Fact, people: People) -> str:
    """`Maria acknowledged it at 12:03`, for the kinds of fact that a press can come too late for."""
    return in_short(fact, people, when=f" at {date(fact.at)}")


def said(detail: Detail, key: str) -> str:
    """What a person typed, quoted: forms take no more than is shown here."""
    return quoted(str(detail.get(key, "")), MAX_TYPED)


def held_back(detail: Detail) -> str:
    """`has stood since 08:12, held back by SU-3: “lubrication”`; nothing when no suppression covered it."""
    told: Mapping[str, Any] | None = detail.get("held_back")
    if not told:
        return ""
    stood = f"has stood since {since(datetime.fromisoformat(told['since']))}, " if "since" in told else "was "
    return f"{stood}held back by {outside(str(told['by']))}: {said(told, 'reason')}"


def because(detail: Detail) -> str:
    """The reason, when one was given."""
    return f": {said(detail, 'reason')}" if detail.get("reason") else ""


def tier(detail: Detail) -> int:
    """The rung as people count: the first is 1."""
    return int(detail.get("tier", 0)) + 1


def until(detail: Detail) -> str:
    """When a snooze ends."""
    return since(datetime.fromisoformat(str(detail["until"])))


def named(thread_id: object) -> str:
    """EX-12."""
    return outside(f"EX-{thread_id}")


def answers(detail: Detail) -> str:
    """The definition of done as it was answered: ` · Root cause: “worn belt”`."""
    given: Mapping[str, Any] = detail.get("answers") or {}
    return "".join(
        f" · {outside(readable(str(key)))}: {quoted(str(text), MAX_TYPED)}"
        for key, text in given.items()
        if text
    )


def occurrences(count: int) -> str:
    """How often so far."""
    return f"{times(count)} so far"
