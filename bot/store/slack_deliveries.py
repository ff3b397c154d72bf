"""Events API deliveries: each taken once, and kept until it has been worked on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from bot.store.rows import insert_into
from bot.store.tables import slack_deliveries


@dataclass(frozen=True, slots=True)
class Delivery:
    """What Slack delivered and how often it was begun; `body` is as Slack sent it."""

    event_id: str
    received_at: datetime
    body: Mapping[str, Any]
    attempts: int


def add(tx: Connection, event_id: str, body: Mapping[str, Any], received_at: datetime, due: datetime) -> bool:
    """Store a delivery to be taken up again when due; False when the same event_id was stored before."""
    insert = insert_into(tx, slack_deliveries)
    statement = insert.values(
        event_id=event_id, received_at=received_at, body=dict(body), due=due, attempts=1
    ).on_conflict_do_nothing()
    # Not rowcount: it means nothing on PostgreSQL once SQLAlchemy has the key returned.
    return tx.execute(statement.returning(slack_deliveries.c.event_id)).one_or_none() is not None


def settle(tx: Connection, event_id: str) -> None:
    """It is done with: only its id is kept, to know it again."""
    mine = slack_deliveries.c.event_id == event_id
    tx.execute(update(slack_deliveries).where(mine).values(body=None, due=None))


def is_any_due(tx: Connection, now: datetime) -> bool:
    """Whether somebody has begun one and not come to its end in time."""
    query = select(slack_deliveries.c.event_id).where(slack_deliveries.c.due <= now).limit(1)
    return tx.execute(query).one_or_none() is not None


def claim_due(tx: Connection, now: datetime, *, lease: timedelta, limit: int) -> list[Delivery]:
    """Take up what nobody came to the end of, oldest first, leaving to other replicas what they hold."""
    table = slack_deliveries
    query = select(table).where(table.c.due <= now).order_by(table.c.due).limit(limit)
    found = [
        Delivery(row.event_id, row.received_at, row.body, row.attempts + 1)
        for row in tx.execute(query.with_for_update(skip_locked=True))
    ]
    mine = table.c.event_id.in_([delivery.event_id for delivery in found])
    tx.execute(update(table).where(mine).values(due=now + lease, attempts=table.c.attempts + 1))
    return found
