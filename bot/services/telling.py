"""Telling: facts become outbox rows in the transaction that made them true.

Cards are queued once per place however often they change; notes are frozen here, with the people that the
plan names at this moment. After downtime nobody is paged in twenty threads: one catch-up note each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.messages.happened import in_short
from bot.messages.notes import note
from bot.services.catching_up import add_catch_ups
from bot.services.outbox_rows import card_row, outbox_row
from bot.services.plan_in_force import PlanInForce
from bot.store import outbox, placements
from rules.control_plan import Severity
from rules.delivery import Purpose, Urgency, note_lane
from rules.exception_threads import Change, ExceptionThread, Fact, FactKind
from rules.targets import Recipients, recipients

_MERE_COUNT = frozenset({FactKind.REPEATED, FactKind.CLEARED, FactKind.RETURNED})


def tell(tx: Connection, changes: Sequence[Change], *, plan: PlanInForce, now: datetime) -> None:
    """Queue what Slack has to be told of these changes."""
    told = [change for change in changes if change.facts]
    placed = placements.of_threads(tx, [change.thread.id for change in told])
    rows: list[dict[str, Any]] = []
    new_places: list[tuple[int, str]] = []
    for change in told:
        notified = [(fact, _notified(change.thread, fact, plan)) for fact in change.facts]
        targets = {change.thread.channel: None} | {p.target: None for p in placed[change.thread.id]}
        targets |= {channel: None for _, who in notified for channel in who.channels}
        known = {placement.target for placement in placed[change.thread.id]}
        new_places += [(change.thread.id, target) for target in targets if target not in known]
        rows += [_card(change, target, now) for target in targets]
        rows += _notes(change.thread, notified, plan, now)
    placements.add(tx, new_places)
    outbox.add(tx, rows)
    add_catch_ups(tx, _late_pages(told, plan), now)


def _card(change: Change, target: str, now: datetime) -> dict[str, Any]:
    if any(fact.kind is FactKind.OPENED or fact.notify for fact in change.facts):
        urgency = _page_urgency(change.thread)
    elif all(fact.kind in _MERE_COUNT for fact in change.facts):
        urgency = Urgency.COUNT
    else:
        urgency = Urgency.CARD
    return card_row(change.thread.id, target, urgency, now)


def _notes(
    thread: ExceptionThread,
    notified: Sequence[tuple[Fact, Recipients]],
    plan: PlanInForce,
    now: datetime,
) -> list[dict[str, Any]]:
    rows = []
    for fact, who in notified:
        told = [] if fact.late else [person.key for person in who.people]
        message = note(fact, thread, people=plan, told=told, channels=who.channels, now=now)
        if message is not None:
            rows.append(
                outbox_row(
                    purpose=Purpose.NOTE,
                    thread_id=thread.id,
                    target=thread.channel,
                    lane=note_lane(thread.id, thread.channel),
                    urgency=_page_urgency(thread) if fact.notify else Urgency.NOTE,
                    now=now,
                    body={"text": message.text, "blocks": message.blocks, "told": _told(fact, plan)},
                )
            )
    return rows


def _told(fact: Fact, plan: PlanInForce) -> dict[str, str]:
    """What is said of it if it has to wait and leaves with others."""
    return {"kind": fact.kind.value, "at": fact.at.isoformat(), "short": in_short(fact, plan)}


def _late_pages(changes: Sequence[Change], plan: PlanInForce) -> dict[str, list[tuple[int, Fact]]]:
    """Whom downtime kept waiting: person key to (thread, fact)."""
    pages: dict[str, list[tuple[int, Fact]]] = defaultdict(list)
    for change in changes:
        for fact in change.facts:
            if fact.late and not change.thread.shadow:
                for person in _notified(change.thread, fact, plan).people:
                    pages[person.key].append((change.thread.id, fact))
    return pages


def _notified(thread: ExceptionThread, fact: Fact, plan: PlanInForce) -> Recipients:
    """Whom a fact reaches. In shadow no other channel hears of it, and people are only named."""
    who = recipients(fact.notify, owner=thread.owner, area=thread.area, index=plan.index)
    return Recipients(people=who.people) if thread.shadow else who


def _page_urgency(thread: ExceptionThread) -> Urgency:
    return Urgency.CRITICAL_PAGE if thread.severity is Severity.CRITICAL else Urgency.PAGE
