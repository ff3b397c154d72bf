"""The inbox: Events API deliveries, each taken once however often Slack sends them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.store import slack_deliveries
from bot.store.database import writes
from bot.store.writer_gate import Priority


@writes(Priority.PRESS)
def first_time(tx: Connection, event_id: str, now: datetime) -> bool:
    """Store a delivery; False when it came before."""
    return slack_deliveries.add(tx, event_id, now)
