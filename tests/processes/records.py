"""What the database says afterwards, and whether Slack shows exactly that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update

from bot.messages.blocks import Block
from bot.messages.bundles import marks_of
from bot.messages.cards import card
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Message
from bot.services.next_in_line import next_names
from bot.services.plan_following import PlanFollower
from bot.services.plan_in_force import PlanInForce
from bot.store import exception_threads, outbox, placements, timeline
from bot.store.database import Database, DatabaseUnavailableError
from bot.store.tables import events, wakeups
from bot.store.tables import exception_threads as threads_table
from bot.store.tables import outbox as outbox_table
from bot.store.tables import placements as placements_table
from rules.delivery import LEASE, DeliveryState, Placement, Purpose
from rules.exception_threads import ExceptionThread, Fact

SHORT_LEASE = timedelta(seconds=3)
MARK_LENGTH = 26
UNDER_WAY = (DeliveryState.SENDING, DeliveryState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Records:
    """One database, read beside the bot that works on it."""

    database: Database

    def event_ids(self) -> list[str]:
        with self.database.reading() as tx:
            return list(tx.execute(select(events.c.event_id)).scalars())

    def threads(self) -> list[ExceptionThread]:
        with self.database.reading() as tx:
            ids = list(tx.execute(select(threads_table.c.id)).scalars())
            return list(exception_threads.read(tx, ids).values())

    def facts(self, thread: ExceptionThread) -> tuple[Fact, ...]:
        with self.database.reading() as tx:
            return timeline.of(tx, thread.id)

    def undelivered(self) -> int:
        """Rows that wait, are being sent, or whose answer was lost."""
        with self.database.reading() as tx:
            return sum(outbox.counts(tx).get(state, 0) for state in outbox.WAITING)

    def in_state(self, state: DeliveryState) -> int:
        with self.database.reading() as tx:
            return outbox.counts(tx).get(state, 0)

    def running_clocks(self) -> int:
        with self.database.reading() as tx:
            query = select(func.count()).select_from(wakeups).where(wakeups.c.due.is_not(None))
            return tx.execute(query).scalar_one()

    def shorten_leases_of(self, pid: int) -> None:
        """As if leases were three seconds long: a test need not wait for the minute after which others may
        touch what a dead process was sending. Slack still has time to show what was on its way."""
        with self.database.engine.begin() as tx:
            query = select(outbox_table.c.seq, outbox_table.c.lease_until)
            for seq, lease_until in tx.execute(query.where(_under_way_at(pid))).all():
                ends = lease_until - LEASE + SHORT_LEASE
                row = update(outbox_table).where(outbox_table.c.seq == seq)
                tx.execute(row.values(lease_until=ends))
                tx.execute(row.where(outbox_table.c.state == DeliveryState.UNKNOWN).values(due=ends))

    def is_at_rest(self) -> bool:
        """Nothing is on its way to Slack and no clock runs; False also while the database is away."""
        try:
            return not self.running_clocks() and not self.undelivered()
        except DatabaseUnavailableError:
            return False

    def under_way_at(self, pid: int) -> list[int]:
        """The rows that this process is sending, or looking for in Slack."""
        with self.database.reading() as tx:
            return list(tx.execute(select(outbox_table.c.seq).where(_under_way_at(pid))).scalars())

    def wait_still(self, rows: list[int]) -> bool:
        """Whether some of them have still to be shown."""
        waits = outbox_table.c.seq.in_(rows) & outbox_table.c.state.in_(outbox.WAITING)
        with self.database.reading() as tx:
            return tx.execute(select(outbox_table.c.seq).where(waits)).first() is not None

    def earliest_clock(self) -> datetime | None:
        """When the next clock runs out."""
        with self.database.reading() as tx:
            due: datetime | None = tx.execute(select(func.min(wakeups.c.due))).scalar_one()
        return due

    def is_a_clock_late(self) -> bool:
        """Whether one has run out that was not rung yet."""
        due = self.earliest_clock()
        return due is not None and due <= datetime.now(UTC)

    def posts(self) -> dict[str, str]:
        """The mark of every post that Slack has, and its purpose; updates of cards are no posts."""
        query = select(outbox_table.c.mark, outbox_table.c.purpose).where(
            outbox_table.c.state == DeliveryState.SENT,
            outbox_table.c.purpose.in_((Purpose.NOTE, Purpose.DIRECT)),
        )
        with self.database.reading() as tx:
            found = {row.mark: row.purpose for row in tx.execute(query)}
            marks = select(placements_table.c.mark).where(placements_table.c.mark.is_not(None))
            return found | dict.fromkeys(tx.execute(marks).scalars(), Purpose.CARD.value)

    def plan(self) -> PlanInForce:
        follower = PlanFollower(self.database)
        follower.refresh()
        return follower.current()


def _under_way_at(pid: int) -> ColumnElement[bool]:
    is_his: ColumnElement[bool] = outbox_table.c.claimed_by.endswith(f":{pid}")
    return is_his & outbox_table.c.state.in_(UNDER_WAY)


def differences(records: Records, sandbox: SandboxServer) -> list[str]:
    """Everything in which Slack and the database disagree, in words; clocks must stand still meanwhile.

    Cards are compared with the state of their thread, notes with what was queued, in its order. Whatever
    else the bot shows in a channel of the plan is too much.
    """
    plan = records.plan()
    found: list[str] = []
    cards: set[tuple[str, str]] = set()
    for thread in records.threads():
        for place in _placements(records, thread):
            assert place.channel_id is not None, f"{thread.name} is not shown in {place.target}"
            assert place.ts is not None, f"{thread.name} is not shown in {place.target}"
            replies = sandbox.workspace.thread(place.channel_id, place.ts)
            shown = sandbox.workspace.message(place.channel_id, place.ts)
            assert shown is not None, f"the card of {thread.name} is not in {place.target}"
            cards.add((place.channel_id, place.ts))
            found += _card_differences(thread, shown, plan)
            found += _note_differences(_notes(records, thread, place.target), thread, replies)
    return found + [
        f"shown, but not known: {message.text}"
        for channel in sorted({channel for channel, _ in cards})
        for message in sandbox.workspace.messages(channel)
        if message.is_bot and (channel, message.ts) not in cards
    ]


def _card_differences(thread: ExceptionThread, shown: Message, plan: PlanInForce) -> Iterator[str]:
    wanted = card(thread, plan, now=thread.state_since, next_names=next_names(thread, plan))
    if shown.text != wanted.text:
        yield f"{thread.name}: the card says {shown.text!r}, the database {wanted.text!r}"
    if _without_ids(shown.blocks) != _without_ids(wanted.blocks):
        yield f"{thread.name}: the card shows {shown.blocks}, the database {wanted.blocks}"


def _note_differences(
    told: list[tuple[str, str]], thread: ExceptionThread, replies: list[Message]
) -> Iterator[str]:
    """In order and each once; what waited may be told in one message with others."""
    shown = [mark for reply in replies for mark in marks_in(reply.blocks)]
    if [mark for mark, _ in told] != shown:
        yield f"{thread.name}: told {told}, but its thread shows {replies}"
    words = dict(told)
    for reply in replies:
        marks = marks_in(reply.blocks)
        if len(marks) == 1 and words.get(marks[0]) != reply.text:
            yield f"{thread.name}: told {words.get(marks[0])!r}, but its thread shows {reply.text!r}"


def marks_in(blocks: Iterable[Block]) -> list[str]:
    """The marks of all that a message tells, in its order."""
    ids = (str(block.get("block_id")) for block in blocks)
    return [mark for block_id in ids for mark in marks_of(block_id) if len(mark) == MARK_LENGTH]


def _notes(records: Records, thread: ExceptionThread, target: str) -> list[tuple[str, str]]:
    with records.database.reading() as tx:
        of_thread = (outbox_table.c.thread_id == thread.id) & (outbox_table.c.target == target)
        query = select(outbox_table).where(of_thread, outbox_table.c.purpose == Purpose.NOTE)
        rows = tx.execute(query.order_by(outbox_table.c.seq)).all()
    return [(row.mark, row.body["text"]) for row in rows]


def _placements(records: Records, thread: ExceptionThread) -> list[Placement]:
    with records.database.reading() as tx:
        return list(placements.of_threads(tx, [thread.id])[thread.id])


def _without_ids(blocks: list[Block]) -> list[Block]:
    return [{name: value for name, value in block.items() if name != "block_id"} for block in blocks]
