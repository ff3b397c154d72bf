"""The table of Home tabs: whose is kept up to date, and what it shows."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from bot.store.tables import metadata

# Somebody who has opened their Home tab.
homes = Table(
    "homes",
    metadata,
    Column("person", Text, primary_key=True),
    # Hash of what Slack shows; NULL while that is not known.
    Column("shown", String(64)),
    # Counts the times it was drawn past the outbox.
    Column("opened", Integer, nullable=False),
    Column("plan_version", Integer, nullable=False),
)
