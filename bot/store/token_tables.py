"""Tables of intake tokens: what each may send, and the digests of its secrets."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text

from bot.store.tables import metadata
from bot.store.types import BigId, Json, Utc

intake_tokens = Table(
    "intake_tokens",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", Text, nullable=False),
    # The name while the token is not revoked: then another may take it.
    Column("held_name", Text, unique=True),
    Column("scopes", Json, nullable=False),
    Column("sources", Json, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("expires_at", Utc),
    # To the hour: who uses a token writes nothing else.
    Column("last_used_at", Utc),
    Column("revoked_at", Utc),
    Column("revoked_by", Text),
)

# One row for each secret that a token has had; after a rotation two of them work for a while.
intake_secrets = Table(
    "intake_secrets",
    metadata,
    Column("prefix", String(32), primary_key=True),
    Column("token_id", BigId, ForeignKey("intake_tokens.id"), nullable=False),
    # SHA-256 of the secret, in hexadecimal. The secret itself is kept nowhere.
    Column("digest", String(64), nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("ends_at", Utc),
)
