"""Looking for what should be impossible: records that contradict each other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, and_, func, or_, select

from bot.store.outbox import WAITING
from bot.store.rows import one_of
from bot.store.tables import clocks, outbox, placements, signals, wakeups
from bot.store.wakeups import Subject
from rules.delivery import DeliveryState, Purpose

MOST = 1_000
"""Of each fault this many at a time; the rest with the next look."""


def unarmed_threads(tx: Connection) -> dict[int, datetime]:
    """Threads with a running clock and a wake-up that comes later or never, and when the clock is due."""
    running = select(clocks.c.thread_id.label("ref"), func.min(clocks.c.due).label("due"))
    return _unarmed(
        tx, Subject.THREAD, running.where(clocks.c.due.is_not(None)).group_by(clocks.c.thread_id).subquery()
    )


def unarmed_signals(tx: Connection) -> dict[int, datetime]:
    """Signals that ripen at a time and have a wake-up that comes later or never."""
    ripening = select(signals.c.id.label("ref"), signals.c.due).where(signals.c.due.is_not(None))
    return _unarmed(tx, Subject.SIGNAL, ripening.subquery())


def stranded_notes(tx: Connection, before: datetime) -> list[tuple[int, str]]:
    """(Thread, target) of notes queued before then whose card is neither shown nor waiting."""
    card = outbox.alias("card")
    is_its_card = and_(
        card.c.thread_id == outbox.c.thread_id,
        card.c.target == outbox.c.target,
        card.c.purpose == Purpose.CARD,
        card.c.state.in_(WAITING),
    )
    is_its_place = (placements.c.thread_id == outbox.c.thread_id) & (placements.c.target == outbox.c.target)
    query = (
        select(outbox.c.thread_id, outbox.c.target)
        .outerjoin(placements, is_its_place)
        .where(outbox.c.purpose == Purpose.NOTE, outbox.c.state == DeliveryState.PENDING)
        .where(outbox.c.created_at < before, placements.c.ts.is_(None))
        .where(~select(card.c.seq).where(is_its_card).exists())
        .distinct()
        .limit(MOST)
    )
    return sorted((thread_id, target) for thread_id, target in tx.execute(query))


def dead_cards(tx: Connection, places: Collection[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The newest card of each (thread, target) that Slack refused, by its number."""
    query = (
        select(outbox.c.thread_id, outbox.c.target, func.max(outbox.c.seq))
        .where(outbox.c.purpose == Purpose.CARD, outbox.c.state == DeliveryState.DEAD)
        .where(one_of(tx, outbox.c.thread_id, {thread_id for thread_id, _ in places}))
        .group_by(outbox.c.thread_id, outbox.c.target)
    )
    found = {(thread_id, target): seq for thread_id, target, seq in tx.execute(query)}
    return {place: found[place] for place in places if place in found}


def dead_leases(tx: Connection, before: datetime) -> list[int]:
    """Rows whose lease was over before then and which nobody took up."""
    query = select(outbox.c.seq).where(outbox.c.state == DeliveryState.SENDING, outbox.c.lease_until < before)
    return list(tx.execute(query.order_by(outbox.c.seq).limit(MOST)).scalars())


def _unarmed(tx: Connection, subject: Subject, due: Subquery) -> dict[int, datetime]:
    """What is parked is late on purpose."""
    mine: ColumnElement[Any] = and_(wakeups.c.kind == subject.value, wakeups.c.ref == due.c.ref)
    query = (
        select(due.c.ref, due.c.due)
        .outerjoin(wakeups, mine)
        .where(wakeups.c.trouble.is_(None), or_(wakeups.c.due.is_(None), wakeups.c.due > due.c.due))
        .limit(MOST)
    )
    rows: Sequence[Any] = tx.execute(query).all()
    return {ref: at for ref, at in rows}  # noqa: C416 - a Row is no pair to dict()
