"""Tables of suppressions, and of what each of them held back."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from bot.store.tables import metadata
from bot.store.types import BigId, Json, Utc

suppressions = Table(
    "suppressions",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("matcher", Json, nullable=False),
    Column("begins", Utc, nullable=False),
    Column("ends", Utc, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("ended_by", Text),
    # How far it has been told: coming, holding, over. Whether it holds is a matter of its times alone.
    Column("stage", String(16), nullable=False),
    Index(None, "stage"),
)

# One row for each signal that a suppression held back: since when it stood, and how often it was held back.
held_back = Table(
    "held_back",
    metadata,
    Column("suppression_id", BigId, ForeignKey("suppressions.id"), primary_key=True),
    Column("signal_id", BigId, ForeignKey("signals.id"), primary_key=True),
    Column("title", Text, nullable=False),
    Column("since", Utc),
    Column("times", Integer, nullable=False),
)
