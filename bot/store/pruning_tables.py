"""The table of what was pruned, so that totals stay explainable."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from bot.store.tables import metadata
from bot.store.types import Utc

pruned = Table(
    "pruned",
    metadata,
    Column("kind", String(32), primary_key=True),
    # The UTC day on which the records came in, not the one on which they went.
    Column("day", String(10), primary_key=True),
    Column("records", Integer, nullable=False),
    Column("last_at", Utc, nullable=False),
)
