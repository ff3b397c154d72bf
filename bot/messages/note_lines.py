"""The sentence for each kind of fact: who, what, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messages import happened
from bot.messages.text import DAY, by, date, escape, one_line, outside, quoted
from bot.messages.words import (
    ASKED_FOR,
    NOT_DONE,
    SEVERITY_SIGN,
    People,
    duration,
    next_tier,
    readable,
    upper_first,
)
from rules.clocks import ClockKind, allowance
from rules.exception_threads import ExceptionThread, Fact, FactKind
from rules.phases import CLOCK_OF_STATE, times_for


@dataclass(frozen=True, slots=True)
class Telling:
    """One fact on its way into Slack, with everything that its sentence needs."""

    fact: Fact
    thread: ExceptionThread
    people: People
    told: tuple[str, ...]
    channels: tuple[str, ...]
    now: datetime

    @property
    def actor(self) -> str:
        """Who did it; a name, because whoever acted need not be paged."""
        return self.people.name(self.fact.by) if self.fact.by else "Andon"

    @property
    def paged(self) -> str:
        """Everybody who is paged, each once, as the beginning of a sentence; names only in shadow."""
        return _addressed(self._told)

    @property
    def reach(self) -> str:
        """The paged and the channels; says so when a tier reaches nobody."""
        reached = [*self._told, *(escape(name) for name in self.channels)]
        if reached or self.fact.late:
            return _addressed(reached)
        return "(this tier reaches nobody: check its roles in the plan) "

    @property
    def _told(self) -> list[str]:
        if self.thread.shadow:
            return [f"{self.people.name(key)} (shadow, not paged)" for key in self.told]
        return [self.people.mention(key) for key in self.told]

    @property
    def ask(self) -> str:
        """What is asked for now, by when, and who is told otherwise; nothing when nothing is asked."""
        kind = CLOCK_OF_STATE.get(self.thread.state)
        if kind is None or kind not in ASKED_FOR or self.thread.snooze:
            return ""
        clock = self.thread.clock(kind)
        if clock is None or clock.due is None:
            return f" Please {ASKED_FOR[kind].lower()} it."
        then = next_tier(self.thread, self.people)
        return f" {ASKED_FOR[kind]} by {by(clock.due, self.now)}{f' or it goes to {then}' if then else ''}."


def _addressed(names: Sequence[str]) -> str:
    return f"{', '.join(names)}: " if names else ""


def _opened(telling: Telling) -> str:
    sign, fact = SEVERITY_SIGN[telling.thread.severity], telling.fact
    text = str(fact.detail.get("text", ""))
    words = f": {quoted(text)}" if text and one_line(text) != one_line(telling.thread.title) else ""
    news = f"{telling.actor} asks for help{words}." if fact.by else "new exception."
    stood = happened.held_back(fact.detail)
    return f"{sign} {telling.reach}{news}{f' It {stood}.' if stood else ''}{telling.ask}"


def _repeated(telling: Telling) -> str:
    return f"🙋 {telling.actor} calls for this too: {quoted(str(telling.fact.detail.get('text', '')))}."


def _cleared(telling: Telling) -> str:
    working = telling.thread.state.needs_work
    rest = f" Still {telling.thread.state}: resolve it when it is done." if working else ""
    return f"🟢 The signal cleared.{rest}"


def _returned(telling: Telling) -> str:
    return f"🔁 It came back: {happened.occurrences(telling.thread.occurrences)}."


def _reopened(telling: Telling) -> str:
    never = telling.fact.detail.get("why") == "never_cleared"
    why = "the signal never cleared" if never else "it happened again after it was resolved"
    return f"🔁 {telling.paged}reopened: {why}.{telling.ask}"


def _acknowledged(telling: Telling) -> str:
    waited = timedelta(seconds=int(telling.fact.detail.get("waited_seconds", 0)))
    return f"👤 {telling.paged}{telling.actor} acknowledged after {duration(waited)}.{telling.ask}"


def _contained(telling: Telling) -> str:
    action = happened.said(telling.fact.detail, "action")
    return f"🛡️ {telling.paged}{telling.actor} contained it: {action}.{telling.ask}"


def _resolved(telling: Telling) -> str:
    verify = telling.thread.clock(ClockKind.VERIFY)
    check = f" Verified {by(verify.due, telling.now)} if it holds." if verify and verify.due else ""
    if telling.fact.detail.get("by_signal"):
        return f"☑️ {telling.paged}Resolved: the signal cleared, which is enough for this rule.{check}"
    return f"☑️ {telling.paged}{telling.actor} resolved it{happened.answers(telling.fact.detail)}.{check}"


def _verified(telling: Telling) -> str:
    if telling.fact.detail.get("why") == "unwatched":
        why = "its rule has left the plan, so nobody can see whether it held"
        return f"✅ {telling.paged}Verified and closed: {why}."
    return f"✅ {telling.paged}It held: verified and closed."


def _escalated(telling: Telling) -> str:
    detail = telling.fact.detail
    head = f"⬆️ *Tier {happened.tier(detail)}* · {telling.reach}"
    if telling.fact.by:
        return f"{head}{telling.actor} escalates this now{happened.because(detail)}.{telling.ask}"
    return f"{head}{_not_done(telling)}{_within(telling)}.{telling.ask}"


def _not_done(telling: Telling) -> str:
    return NOT_DONE.get(ClockKind(telling.fact.detail["clock"]), "nothing happened")


def _within(telling: Telling) -> str:
    detail = telling.fact.detail
    former = int(detail["tier"]) - 1
    allowed = allowance(times_for(telling.thread.policy, ClockKind(detail["clock"])), former)
    return f" within {duration(allowed)}" if allowed else ""


def _reminded(telling: Telling) -> str:
    detail = telling.fact.detail
    count = f"*Reminder {detail['repeat']} of {detail['of']}*"
    return f"🔔 {count} · {telling.reach}{_not_done(telling)} yet.{telling.ask}"


def _exhausted(telling: Telling) -> str:
    shown = " ".join(escape(name) for name in telling.channels)
    return (
        f"⛔ {upper_first(telling.paged + _not_done(telling))}, and nobody is left to tell."
        f"{f' This is now shown in {shown}.' if shown else ''}{_on_agenda(telling)} "
        "No clock runs any more: whoever reads this, please take it."
    )


def _on_agenda(telling: Telling) -> str:
    session = telling.fact.detail.get("session")
    return f" It is on the agenda of {outside(readable(session))}." if session else ""


def _reassigned(telling: Telling) -> str:
    if telling.told:
        return f"👤 {telling.paged}this is yours now, from {telling.actor}.{telling.ask}"
    owner = telling.people.name(telling.fact.detail.get("to"))
    return f"👤 {telling.actor} handed this to {owner}.{telling.ask}"


def _snoozed(telling: Telling) -> str:
    detail = telling.fact.detail
    until, why = happened.until(detail), happened.said(detail, "reason")
    return f"💤 {telling.paged}{telling.actor} snoozed it until {until}: {why}. Its clocks stand still."


def _awakened(telling: Telling) -> str:
    return f"⏰ {telling.paged}the snooze is over and the clocks run again.{telling.ask}"


def _merged(telling: Telling) -> str:
    into = happened.named(telling.fact.detail.get("into"))
    return f"↪️ {telling.paged}{telling.actor} merged this into {into}: please go on there."


def _absorbed(telling: Telling) -> str:
    detail = telling.fact.detail
    other = f"{happened.named(detail.get('from'))} ({outside(str(detail.get('title', '')))})"
    total = happened.occurrences(telling.thread.occurrences)
    return f"↩️ {telling.paged}{telling.actor} merged {other} into this one: {total}."


def _cancelled(telling: Telling) -> str:
    why = happened.said(telling.fact.detail, "reason")
    return f"🚫 {telling.paged}{telling.actor} cancelled this: {why}. If it happens again, a new one opens."


def _decided(telling: Telling) -> str:
    detail = telling.fact.detail
    logged = f"{telling.actor} logged {outside(str(detail['decision']))}"
    instead = f", in place of {outside(str(detail['amends']))}" if detail.get("amends") else ""
    text = happened.said(detail, "text")
    if detail.get("missing"):
        lacks = outside(str(detail["missing"]))
        return f"💬 {telling.paged}{logged}{instead}: {text}. A conversation, not counted: it lacks {lacks}."
    owner, due = telling.people.name(detail["owner"]), datetime.fromisoformat(detail["by_when"])
    expects = f"{outside(str(detail['expects']))} by {date(due, DAY)}"
    return f"📌 {telling.paged}{logged}{instead}: {text}. {owner} owns it; expected: {expects}."


def _reviewed(telling: Telling) -> str:
    detail = telling.fact.detail
    sign = "✅" if detail["outcome"] == "moved" else "❌"
    said = f": {happened.said(detail, 'said')}" if detail.get("said") else "."
    return f"{sign} {telling.paged}{happened.in_short(telling.fact, telling.people)}{said}"


LINES: Mapping[FactKind, Callable[[Telling], str]] = {
    FactKind.OPENED: _opened,
    FactKind.REPEATED: _repeated,
    FactKind.CLEARED: _cleared,
    FactKind.RETURNED: _returned,
    FactKind.REOPENED: _reopened,
    FactKind.ACKNOWLEDGED: _acknowledged,
    FactKind.CONTAINED: _contained,
    FactKind.RESOLVED: _resolved,
    FactKind.VERIFIED: _verified,
    FactKind.ESCALATED: _escalated,
    FactKind.REMINDED: _reminded,
    FactKind.EXHAUSTED: _exhausted,
    FactKind.REASSIGNED: _reassigned,
    FactKind.SNOOZED: _snoozed,
    FactKind.AWAKENED: _awakened,
    FactKind.MERGED: _merged,
    FactKind.ABSORBED: _absorbed,
    FactKind.CANCELLED: _cancelled,
    FactKind.DECIDED: _decided,
    FactKind.REVIEWED: _reviewed,
}
"""Every kind that is told in Slack; a repetition only when a person says something with it."""
