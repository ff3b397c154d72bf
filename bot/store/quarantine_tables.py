"""Tables of quarantines, in which nothing is sent, and of the backups that were restored."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from bot.store.tables import metadata
from bot.store.types import BigId, Utc

# One stands while its release is NULL. They stay as the record of who held back what, and why.
quarantines = Table(
    "quarantines",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("since", Utc, nullable=False),
    Column("begun_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("released_at", Utc),
    Column("released_by", Text),
)

restores = Table(
    "restores",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("restored_at", Utc, nullable=False),
    Column("restored_by", Text, nullable=False),
    # The newest moment that the backup knows of; NULL when it was empty.
    Column("knows_until", Utc),
    # Numbers below these may stand in Slack for what came after the backup, so they are not given again.
    Column("first_exception", BigId, nullable=False),
    Column("first_decision", BigId, nullable=False),
    Column("first_suppression", BigId, nullable=False),
)
