"""Tables of sessions: when each is prepared next, and the digests that were prepared, frozen."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Table, Text, UniqueConstraint

from bot.store.tables import metadata
from bot.store.types import BigId, Json, Utc

# The number under which a session of the plan is locked and woken. `occurrence` is what it is woken for.
sessions = Table(
    "sessions",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("occurrence", Utc),
)

digests = Table(
    "digests",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("session", Text, nullable=False),
    # When the session begins. Once per occurrence, whoever prepares it.
    Column("occurrence", Utc, nullable=False),
    Column("built_at", Utc, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("facts", Json, nullable=False),
    Column("message", Json, nullable=False),
    UniqueConstraint("session", "occurrence"),
)
