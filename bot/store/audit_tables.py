"""Tables of the audit: entries, their chain, its checkpoints, and whom the pseudonyms stand for."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, text

from bot.store.tables import metadata
from bot.store.types import BigId, Utc

# Written once with the change itself. A sealer fills in the chain later; nothing else is ever updated but a
# reason that is erased.
audit_entries = Table(
    "audit_entries",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("who", String(32), nullable=False),
    Column("through", String(16), nullable=False),
    Column("what", String(32), nullable=False),
    Column("about", Text, nullable=False),
    Column("why", Text),
    Column("why_salt", String(32)),
    Column("why_digest", String(64)),
    Column("change", Text, nullable=False),
    # The chain: unique, so that of two sealers one comes second and begins anew.
    Column("number", BigId, unique=True),
    Column("previous", String(64)),
    Column("link", String(64)),
    Column("form", Integer),
    Index(None, "about", "id"),
    Index(
        "ix_audit_entries_unsealed",
        "id",
        sqlite_where=text("number IS NULL"),
        postgresql_where=text("number IS NULL"),
    ),
)

audit_people = Table(
    "audit_people",
    metadata,
    Column("pseudonym", String(32), primary_key=True),
    Column("person", Text, nullable=False, unique=True),
    Column("since", Utc, nullable=False),
)

# `is_base`: everything up to here may have been pruned; verification goes on from the newest of them.
audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("number", BigId, primary_key=True, autoincrement=False),
    Column("link", String(64), nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("is_base", Boolean, nullable=False),
)
