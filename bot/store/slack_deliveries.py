"""Events API deliveries, each taken once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.store.rows import insert_into
from bot.store.tables import slack_deliveries


def add(tx: Connection, event_id: str, received_at: datetime) -> bool:
    """Store a delivery; False when the same event_id was stored before."""
    insert = insert_into(tx, slack_deliveries)
    statement = insert.values(event_id=event_id, received_at=received_at).on_conflict_do_nothing()
    # Not rowcount: it means nothing on PostgreSQL once SQLAlchemy has the key returned.
    return tx.execute(statement.returning(slack_deliveries.c.event_id)).one_or_none() is not None
