"""The schema, one table a paragraph. Alembic's tree in migrations/ must equal it; a test proves that."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.store.types import BigId, Json, Utc

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

plan_versions = Table(
    "plan_versions",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("applied_at", Utc, nullable=False),
    Column("applied_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("source", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("time", Utc, nullable=False),
    Column("received_at", Utc, nullable=False),
    Column("data", Json, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("became", Json),
    UniqueConstraint("source", "event_id"),
    Index(None, "received_at"),
)

signals = Table(
    "signals",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("rule_key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("since", Utc),
    Column("streak", Integer, nullable=False),
    Column("last_event_at", Utc),
    Column("due", Utc),
    Column("draft", Json),
    UniqueConstraint("rule_key", "fingerprint"),
)

exception_threads = Table(
    "exception_threads",
    metadata,
    Column("id", BigId, primary_key=True),
    # Held while occurrences of the signal belong here: the database forbids a second thread for it.
    Column("signal_key", Text, unique=True),
    Column("rule_key", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("policy", Text, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("area", Text),
    Column("equipment", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("owner", Text),
    Column("state", String(16), nullable=False),
    Column("state_since", Utc, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("occurrences", Integer, nullable=False),
    Column("reopened", Integer, nullable=False),
    Column("shadow", Boolean, nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("last_event_at", Utc, nullable=False),
    Column("cleared_at", Utc),
    Column("chatter_noted_at", Utc),
    Column("snooze", Json),
    Column("merged_into", BigId, ForeignKey("exception_threads.id")),
    Column("correlation", Text, nullable=False, server_default=""),
    Index(None, "state", "opened_at"),
    Index(None, "owner", "state"),
)

clocks = Table(
    "clocks",
    metadata,
    Column("thread_id", BigId, ForeignKey("exception_threads.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("tier", Integer, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("due", Utc),
    Column("left_seconds", Float),
    Column("repeats", Integer, nullable=False),
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("thread_id", BigId, ForeignKey("exception_threads.id"), nullable=False),
    Column("at", Utc, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("by", Text),
    Column("late", Boolean, nullable=False),
    Column("detail", Json, nullable=False),
    Index(None, "thread_id", "id"),
)

# One row per subject for its whole life: the earliest of its clocks, and its mutex.
wakeups = Table(
    "wakeups",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("ref", BigId, primary_key=True, autoincrement=False),
    Column("due", Utc),
    Column("failures", Integer, nullable=False, default=0),
    Column("trouble", Text),
    Index(None, "due"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", BigId, primary_key=True),
    Column("mark", String(26), nullable=False, unique=True),
    Column("purpose", String(16), nullable=False),
    Column("thread_id", BigId, ForeignKey("exception_threads.id")),
    Column("target", Text, nullable=False),
    Column("lane", Text, nullable=False),
    # Held while pending: a level-triggered row that waits already stands for every later change.
    Column("coalesce_key", Text, unique=True),
    Column("priority", Integer, nullable=False),
    Column("body", Json),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", Utc, nullable=False),
    Column("claimed_by", Text),
    Column("claimed_at", Utc),
    Column("lease_until", Utc),
    Column("error", Text),
    Column("channel_id", Text),
    Column("ts", Text),
    Column("created_at", Utc, nullable=False),
    Column("settled_at", Utc),
    # The mark of the first of those that left with it as one message; its own: it must leave alone.
    Column("bundle", String(26)),
    Index(None, "state", "lane", "seq"),
    Index(None, "thread_id"),
)

placements = Table(
    "placements",
    metadata,
    Column("thread_id", BigId, ForeignKey("exception_threads.id"), primary_key=True),
    Column("target", Text, primary_key=True),
    Column("channel_id", Text),
    Column("ts", Text),
    Column("mark", String(26)),
    Column("shown", String(64)),
)

# When the next call of a kind may leave, for all replicas: one row per channel and per method.
pace = Table(
    "pace",
    metadata,
    Column("key", Text, primary_key=True),
    Column("free_at", Utc, nullable=False),
)

# What a name or an e-mail of the plan is called in Slack, or why it could not be found.
directory = Table(
    "directory",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("slack_id", Text),
    Column("trouble", Text),
    Column("checked_at", Utc, nullable=False),
)

slack_deliveries = Table(
    "slack_deliveries",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("received_at", Utc, nullable=False),
    # Until it has been worked on.
    Column("body", Json),
    Column("due", Utc),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Index(None, "received_at"),
    Index(None, "due"),
)
