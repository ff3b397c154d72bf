"""Which processes have been sending of late."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.store.tables import outbox


def senders(tx: Connection, since: datetime) -> list[tuple[str, datetime, datetime]]:
    """Each process that claimed deliveries since then: its name, its first and its last claim."""
    first, last = func.min(outbox.c.claimed_at), func.max(outbox.c.claimed_at)
    query = (
        select(outbox.c.claimed_by, first, last)
        .where(outbox.c.claimed_at >= since, outbox.c.claimed_by.is_not(None))
        .group_by(outbox.c.claimed_by)
        .order_by(first)
    )
    return [(name, begun, ended) for name, begun, ended in tx.execute(query)]
