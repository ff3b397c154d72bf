"""Invariants: the guarantees, compared between what was answered, the database, and what Slack shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, select

from bot.messages.cards import card
from bot.services.next_in_line import next_names
from bot.store import (
    audit_checkpoints,
    audit_entries,
    exception_threads,
    outbox,
    placements,
    tables,
    timeline,
)
from rules.audit_chain import verify
from rules.delivery import DeliveryState, OutboxRow, Placement, Purpose, Urgency
from rules.exception_threads import ExceptionThread, Fact, FactKind
from tests.simulation.clock_turns import out_of_turn
from tests.simulation.simulated_slack import Posted

if TYPE_CHECKING:
    from tests.simulation.world import World

BY_PEOPLE = frozenset(
    {
        FactKind.ACKNOWLEDGED,
        FactKind.CONTAINED,
        FactKind.RESOLVED,
        FactKind.REASSIGNED,
        FactKind.SNOOZED,
        FactKind.ESCALATED,
        FactKind.MERGED,
        FactKind.CANCELLED,
    }
)


def broken_promises(world: World, engine: Engine) -> list[str]:
    """Every promise that does not hold now that all is quiet, in words."""
    with engine.connect() as tx:
        rows = [
            outbox.from_row(row) for row in tx.execute(select(tables.outbox).order_by(tables.outbox.c.seq))
        ]
        numbers = list(tx.execute(select(tables.exception_threads.c.id)).scalars())
        threads = exception_threads.read(tx, numbers)
        placed = placements.of_threads(tx, numbers)
        told = {number: timeline.of(tx, number) for number in numbers}
        return [
            *_lost_events(world, tx),
            *_unknown_troubles(rows),
            *_notes_not_once(world, rows),
            *_strays(world, rows, placed),
            *_bundles_astray(world, rows),
            *_disorder(rows),
            *_outdated_cards(world, threads, placed),
            *(line for number in numbers for line in _clocks_astray(threads[number], told[number])),
            *(line for number in numbers for line in out_of_turn(world, threads[number], told[number])),
            *_late_acknowledges(told),
            *_presses_astray(world, told),
            *_presses_not_noted(tx, told),
            *_repeated_catch_ups(rows),
            *_broken_chain(tx),
        ]


def _lost_events(world: World, tx: Connection) -> Iterator[str]:
    """1: what was answered 2xx is there, and once."""
    plant, kept = world.plant, set(tx.execute(select(tables.events.c.event_id)).scalars())
    yield from (f"{event} was answered and is lost" for event in sorted(plant.answered - kept))
    yield from (f"{event} was never taken" for event in sorted(plant.waiting))
    yield from (f"{event} counted {many} times" for event, many in plant.told_as_new.items() if many > 1)


def _unknown_troubles(rows: Sequence[OutboxRow]) -> Iterator[str]:
    """5: what cannot be delivered is listed with a reason."""
    for row in rows:
        if row.state in outbox.WAITING:
            yield f"#{row.seq} {row.purpose} to {row.target} is still {row.state}: {row.error}"
        if row.state is DeliveryState.DEAD and not row.error:
            yield f"#{row.seq} is dead, and nobody knows why"


def _notes_not_once(world: World, rows: Sequence[OutboxRow]) -> Iterator[str]:
    """2: every note in exactly one message, alone or bundled."""
    shown = Counter(mark for message in world.slack.messages() for mark in message.marks)
    for row in rows:
        wanted = 1 if row.state is DeliveryState.SENT else 0
        if row.purpose is not Purpose.CARD and shown[row.mark] != wanted:
            yield f"#{row.seq} {row.purpose} to {row.target} is {row.state} and shown {shown[row.mark]} times"


def _strays(world: World, rows: Sequence[OutboxRow], placed: dict[int, list[Placement]]) -> Iterator[str]:
    """2: Slack shows nothing that the database does not know."""
    known = {row.ts for row in rows} | {each.ts for many in placed.values() for each in many}
    for message in world.slack.messages():
        if message.ts not in known:
            yield f"{message.channel} shows {message.ts} ({message.text[:40]}), unknown to the database"


def _bundles_astray(world: World, rows: Sequence[OutboxRow]) -> Iterator[str]:
    """2: a bundle tells in order what the database says that it tells, and nobody in it is paged."""
    told: dict[str, list[OutboxRow]] = defaultdict(list)
    for row in rows:
        if row.state is DeliveryState.SENT and row.purpose is Purpose.NOTE:
            told[row.ts or ""].append(row)
    for message in world.slack.messages():
        notes = told[message.ts]
        if len(notes) > 1 and message.marks != [row.mark for row in notes]:
            yield f"{message.ts} tells {message.marks} instead of {[row.seq for row in notes]}"
        if len(notes) > 1 and any(row.priority < Urgency.NOTE for row in notes):
            yield f"{message.ts} buries a page among {[row.seq for row in notes]}"


def _disorder(rows: Sequence[OutboxRow]) -> Iterator[str]:
    """2: in order per thread."""
    lanes: dict[str, list[OutboxRow]] = defaultdict(list)
    for row in rows:
        if row.state is DeliveryState.SENT and row.purpose is not Purpose.CARD:
            lanes[row.lane].append(row)
    for lane, notes in lanes.items():
        times = [float(row.ts or 0) for row in notes]
        if times != sorted(times):
            shown = [row.seq for row in sorted(notes, key=lambda row: float(row.ts or 0))]
            yield f"{lane} is out of order: {shown}"


def _outdated_cards(
    world: World, threads: dict[int, ExceptionThread], placed: dict[int, list[Placement]]
) -> Iterator[str]:
    """2: every card is there and current."""
    for number, thread in threads.items():
        if all(placement.target != thread.channel for placement in placed[number]):
            yield f"{thread.name} has no place in {thread.channel}"
        for placement in placed[number]:
            message = world.slack.message(placement.channel_id or "", placement.ts or "")
            if message is None:
                yield f"{thread.name} is not shown in {placement.target}"
            elif not _is_current(message, thread, world):
                yield f"{thread.name} in {placement.target} is out of date: {message.text}"


def _is_current(message: Posted, thread: ExceptionThread, world: World) -> bool:
    names = next_names(thread, world.plan)
    wanted = card(thread, world.plan, now=world.replicas[0].clock.now(), next_names=names)
    shown = [{**message.blocks[0], "block_id": None}, *message.blocks[1:]]
    return (
        shown == [{**wanted.blocks[0], "block_id": None}, *wanted.blocks[1:]] and message.text == wanted.text
    )


def _clocks_astray(thread: ExceptionThread, facts: Sequence[Fact]) -> Iterator[str]:
    """3: every clock once: tiers without gap or repeat, and not two because of one downtime."""
    tiers = [fact.detail["tier"] for fact in facts if fact.kind is FactKind.ESCALATED]
    if tiers != list(range(1, len(tiers) + 1)) or len(tiers) != thread.tier:
        yield f"{thread.name} is at tier {thread.tier} after climbing {tiers}"
    climbs = Counter(fact.at for fact in facts if fact.kind is FactKind.ESCALATED and fact.late)
    yield from (f"{thread.name} climbed {many} tiers at {at}" for at, many in climbs.items() if many > 1)


def _late_acknowledges(told: dict[int, tuple[Fact, ...]]) -> Iterator[str]:
    """4: resolve beats a late acknowledge."""
    for number, facts in told.items():
        is_done = False
        for fact in facts:
            if fact.kind is FactKind.ACKNOWLEDGED and is_done:
                yield f"EX-{number} was acknowledged by {fact.by} after it was resolved"
            is_done = fact.kind is FactKind.RESOLVED or (is_done and fact.kind is not FactKind.REOPENED)


def _presses_astray(world: World, told: dict[int, tuple[Fact, ...]]) -> Iterator[str]:
    """4: what was refused never commits later, and what was saved is there."""
    facts = [fact for many in told.values() for fact in many if fact.by and fact.kind in BY_PEOPLE]
    if len(facts) != world.saved_presses:
        yield f"{world.saved_presses} presses were saved, and the timelines know of {len(facts)}"


def _presses_not_noted(tx: Connection, told: dict[int, tuple[Fact, ...]]) -> Iterator[str]:
    """7: what somebody did stands in the audit, and nothing else does."""
    done = Counter(
        (f"EX-{number}", f"exception.{fact.kind}", fact.at)
        for number, facts in told.items()
        for fact in facts
        if fact.by and fact.kind in BY_PEOPLE
    )
    audit = tables.metadata.tables["audit_entries"]
    rows = tx.execute(select(audit.c.about, audit.c.what, audit.c.at))
    noted = Counter(tuple(row) for row in rows if row.what in {what for _, what, _ in done})
    yield from (f"{about} {what} at {at} is not in the audit" for about, what, at in done - noted)
    yield from (f"{about} {what} at {at} is in the audit and never was" for about, what, at in noted - done)


def _broken_chain(tx: Connection) -> Iterator[str]:
    """7: what the replicas have sealed by turns is one chain."""
    base = audit_checkpoints.base(tx)
    verdict = verify(audit_entries.sealed_after(tx, base.number), after=base, checkpoints=())
    if verdict.broken:
        yield f"the chain of the audit is broken: {verdict.broken}"


def _repeated_catch_ups(rows: Sequence[OutboxRow]) -> Iterator[str]:
    """3: after downtime one note a person."""
    queued: dict[str, list[OutboxRow]] = defaultdict(list)
    for row in rows:
        if row.purpose is Purpose.DIRECT and "catch_up" in (row.body or {}):
            queued[row.target].append(row)
    for target, notes in queued.items():
        for first, second in pairwise(notes):
            if (second.created_at - first.created_at).total_seconds() < 1:
                yield f"{target} got two catch-up notes for one downtime: #{first.seq}, #{second.seq}"
