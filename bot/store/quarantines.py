"""Quarantines, and what waits behind them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from bot.store.outbox import WAITING
from bot.store.quarantine_tables import quarantines
from bot.store.tables import outbox
from rules.delivery import DeliveryState, Purpose
from rules.quarantine import WORDS, Quarantine, Waiting


def standing(tx: Connection) -> Quarantine | None:
    """The one in which nothing may be sent; None in ordinary times."""
    query = select(quarantines).where(quarantines.c.released_at.is_(None)).order_by(quarantines.c.id).limit(1)
    row = tx.execute(query).one_or_none()
    return None if row is None else Quarantine(row.since, row.begun_by, row.reason)


def begin(tx: Connection, quarantine: Quarantine) -> None:
    """From this commit on nothing is sent."""
    row = {"since": quarantine.since, "begun_by": quarantine.by, "reason": quarantine.reason}
    tx.execute(insert(quarantines), [row])


def end(tx: Connection, by: str, now: datetime) -> None:
    """Everything may be sent again."""
    stands = quarantines.c.released_at.is_(None)
    tx.execute(update(quarantines).where(stands).values(released_at=now, released_by=by))


def waiting(tx: Connection, since: datetime | None = None) -> list[Waiting]:
    """What would be sent, by target and purpose; `since` leaves out words that were written before."""
    columns = (outbox.c.target, outbox.c.purpose)
    query = select(*columns, func.count().label("total"), func.min(outbox.c.created_at).label("oldest"))
    query = query.where(outbox.c.state.in_(WAITING)).group_by(*columns).order_by(*columns)
    if since is not None:
        query = query.where(outbox.c.purpose.not_in(WORDS) | (outbox.c.created_at >= since))
    return [Waiting(row.target, Purpose(row.purpose), row.total, row.oldest) for row in tx.execute(query)]


def drop_words(tx: Connection, before: datetime, *, by: str, now: datetime) -> int:
    """Give up notes and messages that were written before then; returns how many."""
    old = (outbox.c.created_at < before) & outbox.c.purpose.in_(WORDS)
    left = (DeliveryState.PENDING, DeliveryState.UNKNOWN)
    values = {
        "state": DeliveryState.DROPPED,
        "settled_at": now,
        "error": f"dropped by {by} at the release from quarantine",
        "coalesce_key": None,
    }
    return tx.execute(update(outbox).where(old, outbox.c.state.in_(left)).values(values)).rowcount
