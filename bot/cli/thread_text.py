"""Exception threads as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.cli.terminal import moment, table
from bot.messages.happened import in_short
from bot.messages.text import plain
from bot.messages.words import People, duration, upper_first
from bot.services.plan_following import PlanFollower
from bot.services.plan_in_force import PlanInForce
from bot.store.database import Database
from rules.exception_threads import ExceptionThread, Fact

HEADINGS = ("EXCEPTION", "SEVERITY", "STATE", "SINCE", "OWNER", "WHERE", "TITLE")


def plan_of(database: Database) -> PlanInForce:
    """The plan in force, for the names in it."""
    follower = PlanFollower(database)
    follower.refresh()
    return follower.current()


def line(thread: ExceptionThread, people: People) -> tuple[str, ...]:
    """One row of a list, for HEADINGS."""
    return (
        thread.name,
        thread.severity,
        _state(thread),
        moment(thread.opened_at),
        plain(people.name(thread.owner)),
        thread.place,
        thread.title,
    )


def story(thread: ExceptionThread, facts: Sequence[Fact], people: People) -> str:
    """One exception in full: where it stands, what runs, what happened."""
    head = f"{thread.name} · {thread.severity} · {_state(thread)} since {moment(thread.state_since)}"
    happened = [(moment(fact.at), upper_first(plain(in_short(fact, people)))) for fact in facts]
    parts = [f"{head}\n{thread.title}", table(list(_particulars(thread, people)))]
    return "\n\n".join([*parts, table(happened)] if happened else parts)


def _particulars(thread: ExceptionThread, people: People) -> Iterator[tuple[str, str]]:
    yield "where", f"{thread.place}, shown in {thread.channel}"
    yield "owner", plain(people.name(thread.owner))
    yield "rule", f"{thread.rule.key} (plan version {thread.plan_version}), policy {thread.rule.policy}"
    yield "tier", f"{thread.tier + 1} of {thread.top_tier + 1}"
    if thread.correlation:
        yield "opened by", f"event {thread.correlation}"
    yield "occurrences", f"{thread.occurrences}, last {moment(thread.last_event_at)}"
    if thread.cleared_at:
        yield "cleared", moment(thread.cleared_at)
    if thread.snooze:
        yield "snoozed", f"until {moment(thread.snooze.until)}: {thread.snooze.reason}"
    if thread.merged_into:
        yield "merged into", f"EX-{thread.merged_into}"
    for clock in thread.clocks:
        if clock.due:
            yield (
                f"{clock.kind} by",
                f"{moment(clock.due)} ({duration(clock.due - clock.started_at)} allowed)",
            )


def _state(thread: ExceptionThread) -> str:
    aside = " (snoozed)" if thread.snooze else " (shadow)" if thread.shadow else ""
    return f"{thread.state}{aside}"
