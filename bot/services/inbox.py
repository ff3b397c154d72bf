"""The inbox: Events API deliveries, each taken once however often Slack sends them, and never half.

Slack takes a delivery for done before anybody has worked on it, and sends it no second time. So it is stored
first, and whoever works on it holds it for a while: if that process dies, another takes it up again. What
follows from a delivery may therefore happen twice, and never not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.store import slack_deliveries
from bot.store.database import Database, writes
from bot.store.slack_deliveries import Delivery
from bot.store.writer_gate import Priority

HELD_FOR = timedelta(seconds=30)
MOST_ATTEMPTS = 4
STALE_AFTER = timedelta(minutes=15)
"""Nobody waits any longer for what follows from looking at a tab or mentioning the bot."""

AT_ONCE = 20

log = structlog.stdlib.get_logger(__name__)


@writes(Priority.PRESS)
def first_time(tx: Connection, event_id: str, body: Mapping[str, Any], now: datetime) -> bool:
    """Store a delivery and hold it; False when it came before."""
    return slack_deliveries.add(tx, event_id, body, now, due=now + HELD_FOR)


@writes(Priority.PRESS)
def settle(tx: Connection, event_id: str) -> None:
    """Its listener has come to the end."""
    slack_deliveries.settle(tx, event_id)


def unfinished(database: Database, now: datetime) -> list[Delivery]:
    """Deliveries to work on again, held anew; what was tried too often or is stale is let go of."""
    with database.reading() as tx:
        if not slack_deliveries.is_any_due(tx, now):
            return []
    found = _take_up(database, now)
    hopeless = [delivery for delivery in found if _is_hopeless(delivery, now)]
    for delivery in hopeless:
        settle(database, delivery.event_id)
        log.error("event.given_up", event_id=delivery.event_id, attempts=delivery.attempts - 1)
    return [delivery for delivery in found if delivery not in hopeless]


@writes(Priority.CLOCK)
def _take_up(tx: Connection, now: datetime) -> list[Delivery]:
    return slack_deliveries.claim_due(tx, now, lease=HELD_FOR, limit=AT_ONCE)


def _is_hopeless(delivery: Delivery, now: datetime) -> bool:
    return delivery.attempts > MOST_ATTEMPTS or now - delivery.received_at > STALE_AFTER
