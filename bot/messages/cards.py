"""The card of an exception: compact, for a tired shift lead on a phone.

It is drawn from the state when it is sent, so it says nothing that ages: moments, never "3 minutes ago".
It names people and mentions nobody; who is paged is mentioned once, in the thread.
"""

from __future__ import annotations

from datetime import datetime

from bot.messages.blocks import Block, Message, context, section
from bot.messages.card_actions import card_actions
from bot.messages.text import bold, by, one_line, outside, quoted, since
from bot.messages.words import ASKED_FOR, SEVERITY_SIGN, People, readable, times, upper_first
from rules.built_in_rules import CALL_RULE_PREFIX
from rules.clocks import Clock, ClockKind
from rules.exception_threads import ExceptionThread, State

_SETTLED_SIGN = {
    State.RESOLVED: "☑️",
    State.VERIFIED: "✅",
    State.MERGED: "↪️",
    State.CANCELLED: "🚫",
}


def card(
    thread: ExceptionThread, people: People, *, now: datetime, next_names: str, kpi: str = ""
) -> Message:
    """The card as it stands.

    `next_names`: who is told next, in escaped words, or "". `kpi`: the name of the KPI that is hurt; its
    key made readable when left out.
    """
    summary = (
        f"{sign(thread)} {thread.name} {one_line(thread.title)} · {state_words(thread)} · {thread.place}"
    )
    lines = [headline(thread), _where(thread, people), _next(thread, now=now, next_names=next_names)]
    blocks: list[Block] = [section("\n".join(line for line in lines if line))]
    if thread.state.needs_work:
        blocks.append(context(_small_print(thread, kpi or readable(thread.rule.kpi or ""))))
    return Message(outside(summary, 300), [*_shadow_banner(thread), *blocks, *card_actions(thread)])


def sign(thread: ExceptionThread) -> str:
    """How bad it is while somebody must work on it, how it ended afterwards."""
    return _SETTLED_SIGN.get(thread.state) or SEVERITY_SIGN[thread.severity]


def headline(thread: ExceptionThread) -> str:
    """Severity, title, name."""
    return f"{sign(thread)} {bold(thread.title)}  {thread.name}"


def state_words(thread: ExceptionThread) -> str:
    """The state in a word or two."""
    if thread.state is State.MERGED:
        return f"merged into EX-{thread.merged_into}"
    return f"{thread.state}, snoozed" if thread.snooze else str(thread.state)


def _where(thread: ExceptionThread, people: People) -> str:
    state = upper_first(state_words(thread))
    owner = people.name(thread.owner) if thread.owner else "no owner"
    return f"{outside(thread.place)} · *{state}* {since(thread.state_since)} · {owner}"


def _next(thread: ExceptionThread, *, now: datetime, next_names: str) -> str:
    if thread.snooze is not None:
        return f"💤 Until {by(thread.snooze.until, thread.state_since)}: {quoted(thread.snooze.reason, 120)}"
    running = [clock for clock in thread.clocks if clock.due is not None]
    clock = min(running, key=lambda each: each.due or now, default=None)
    if clock is None or clock.due is None:
        return "⏱ No clock is running: nobody is told next." if thread.state.needs_work else ""
    when = by(clock.due, clock.started_at)
    if clock.kind is ClockKind.VERIFY:
        return f"⏱ Verified {when} if it holds"
    return (
        f"⏱ {_deadline(clock, when, overdue=clock.due <= now)}{f', then {next_names}' if next_names else ''}"
    )


def _deadline(clock: Clock, when: str, *, overdue: bool) -> str:
    asked = ASKED_FOR.get(clock.kind, readable(clock.kind))
    return f"{asked}: overdue since {when}" if overdue else f"{asked} by {when}"


def _small_print(thread: ExceptionThread, kpi: str) -> str:
    moved = thread.state_since != thread.opened_at
    parts = [
        f"{thread.severity.capitalize()}, tier {thread.tier + 1} of {thread.top_tier + 1}",
        _call(thread.rule.key),
        f"opened {since(thread.opened_at)}" if moved else "",
        f"happened {times(thread.occurrences)}" if thread.occurrences > 1 else "",
        f"reopened {times(thread.reopened)}" if thread.reopened else "",
        f"cleared {since(thread.cleared_at)}" if thread.cleared_at else "",
        f"KPI {outside(kpi, 60)}" if kpi else "",
    ]
    return " · ".join(part for part in parts if part)


def _call(rule: str) -> str:
    """What kind of help somebody called for, when the exception is a call."""
    kind = rule.removeprefix(CALL_RULE_PREFIX)
    return f"{outside(readable(kind), 60)} call" if kind != rule else ""


def _shadow_banner(thread: ExceptionThread) -> list[Block]:
    return [context("👻 *Shadow*: recorded and shown, nobody is paged")] if thread.shadow else []
