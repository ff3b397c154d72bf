"""Tables of KPIs: their readings, and one row per KPI that is watched for silence."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, Table, Text, UniqueConstraint

from bot.store.tables import metadata
from bot.store.types import BigId, Utc

# Append-only. A corrected value is one more revision of the same (kpi, at, source).
readings = Table(
    "readings",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kpi", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("source", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("value", Float, nullable=False),
    Column("received_at", Utc, nullable=False),
    # Who typed it in; NULL for what a system sent.
    Column("entered_by", Text),
    UniqueConstraint("kpi", "at", "source", "revision"),
    Index(None, "kpi", "at"),
)

# The number under which a KPI is locked and woken, and what is known of it last.
kpi_watches = Table(
    "kpi_watches",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kpi", Text, nullable=False, unique=True),
    Column("last_at", Utc),
)
