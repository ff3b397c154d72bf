"""What a restored database may not take for granted: it is older than what Slack shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select, update

from bot.store.home_tables import homes
from bot.store.quarantine_tables import restores
from bot.store.tables import events, exception_threads, outbox, placements, timeline
from rules.delivery import DeliveryState, Purpose
from rules.exception_threads import State

_CLOSED = [state.value for state in State if state.is_closed]


def knows_until(tx: Connection) -> datetime | None:
    """The newest moment of which there is a record."""
    newest = (events.c.received_at, timeline.c.at, outbox.c.created_at)
    found = [tx.execute(select(func.max(column))).scalar_one() for column in newest]
    return max((moment for moment in found if moment is not None), default=None)


def doubt_posts(tx: Connection, now: datetime) -> int:
    """What waited to be posted may have been posted since: it is looked for by its mark; returns how many."""
    is_its_place = and_(
        placements.c.thread_id == outbox.c.thread_id,
        placements.c.target == outbox.c.target,
        placements.c.ts.is_not(None),
    )
    is_update = (outbox.c.purpose == Purpose.CARD) & select(placements.c.ts).where(is_its_place).exists()
    is_waiting = outbox.c.state.in_((DeliveryState.PENDING, DeliveryState.SENDING))
    is_post = (outbox.c.purpose != Purpose.HOME) & ~is_update
    values = {
        "state": DeliveryState.UNKNOWN,
        "due": now,
        # What changes from now on asks for a card of its own.
        "coalesce_key": None,
        "error": "restored from a backup: it may have been sent since",
    }
    doubted = tx.execute(update(outbox).where(is_waiting, is_post).values(values)).rowcount
    idempotent = {"state": DeliveryState.PENDING, "due": now}
    tx.execute(update(outbox).where(outbox.c.state == DeliveryState.SENDING).values(idempotent))
    return doubted


def forget_what_is_shown(tx: Connection) -> list[tuple[int, str]]:
    """Slack may show newer cards and Home tabs; returns (thread, target) of cards to be put right."""
    tx.execute(update(placements).values(shown=None))
    tx.execute(update(homes).values(shown=None))
    query = (
        select(placements.c.thread_id, placements.c.target)
        .join(exception_threads, exception_threads.c.id == placements.c.thread_id)
        .where(placements.c.ts.is_not(None), exception_threads.c.state.not_in(_CLOSED))
        .order_by(placements.c.thread_id, placements.c.target)
    )
    return [(thread_id, target) for thread_id, target in tx.execute(query)]


def add(tx: Connection, row: Mapping[str, Any]) -> None:
    """Write down that a backup was restored."""
    tx.execute(insert(restores), [dict(row)])
