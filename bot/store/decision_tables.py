"""Tables of decisions: append-only; an amendment is one more entry, a review another."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, String, Table, Text

from bot.store.tables import metadata
from bot.store.types import BigId, Utc

decisions = Table(
    "decisions",
    metadata,
    Column("id", BigId, primary_key=True),
    # The ULID that the form carried: a double submit is one decision.
    Column("form", String(26), nullable=False, unique=True),
    Column("text", Text, nullable=False),
    # False for a conversation: something that lacks a KPI, a change, a date or an owner.
    Column("counted", Boolean, nullable=False),
    Column("kpi", Text),
    Column("change", Float),
    Column("by_when", Utc),
    Column("owner", Text),
    # What the KPI read when it was decided.
    Column("baseline", Float),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Utc, nullable=False),
    Column("thread_id", BigId, ForeignKey("exception_threads.id")),
    Column("permalink", Text),
    Column("amends", BigId, ForeignKey("decisions.id"), unique=True),
    # How often the owner was asked what happened.
    Column("asked", BigId, nullable=False),
    Index(None, "kpi", "decided_at"),
    Index(None, "owner"),
)

decision_reviews = Table(
    "decision_reviews",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("decision_id", BigId, ForeignKey("decisions.id"), nullable=False, unique=True),
    Column("form", String(26), nullable=False, unique=True),
    Column("outcome", String(16), nullable=False),
    Column("said", Text, nullable=False),
    Column("value", Float),
    Column("reviewed_by", Text, nullable=False),
    Column("reviewed_at", Utc, nullable=False),
)
