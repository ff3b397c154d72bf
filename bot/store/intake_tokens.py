"""Intake tokens and the digests of their secrets. Revoked or not, every one of them stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from bot.store.rows import insert_into
from bot.store.token_tables import intake_secrets, intake_tokens
from rules.intake_tokens import Grant, Key, Scope


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token as it is kept, with the prefixes of its secrets, newest last."""

    id: int
    grant: Grant
    made_by: str
    made_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str | None
    keys: tuple[Key, ...]


def add(
    tx: Connection, grant: Grant, *, by: str, made_at: datetime, expires_at: datetime | None
) -> int | None:
    """Store a token without a secret; None when another that is not revoked has its name."""
    row = {
        "name": grant.name,
        "held_name": grant.name,
        "scopes": sorted(scope.value for scope in grant.scopes),
        "sources": list(grant.sources),
        "made_by": by,
        "made_at": made_at,
        "expires_at": expires_at,
    }
    statement = insert_into(tx, intake_tokens).values(row).on_conflict_do_nothing()
    return tx.execute(statement.returning(intake_tokens.c.id)).scalar_one_or_none()


def add_secret(tx: Connection, token_id: int, *, prefix: str, digest: bytes, by: str, now: datetime) -> None:
    """Store the digest of a secret."""
    row = {"prefix": prefix, "token_id": token_id, "digest": digest.hex(), "made_at": now, "made_by": by}
    tx.execute(insert_into(tx, intake_secrets).values(row))


def end_secrets(tx: Connection, token_id: int, ends_at: datetime) -> None:
    """Let all secrets of a token end then; what ends earlier already is left to it."""
    later = or_(intake_secrets.c.ends_at.is_(None), intake_secrets.c.ends_at > ends_at)
    mine = update(intake_secrets).where(intake_secrets.c.token_id == token_id, later)
    tx.execute(mine.values(ends_at=ends_at))


def held(tx: Connection, name: str) -> StoredToken | None:
    """Lock and read the token of that name that is not revoked."""
    query = select(intake_tokens.c.id).where(intake_tokens.c.held_name == name).with_for_update()
    number = tx.execute(query).scalar_one_or_none()
    return None if number is None else next(each for each in every(tx) if each.id == number)


def set_expiry(tx: Connection, token_id: int, expires_at: datetime | None) -> None:
    """Write until when it works."""
    tx.execute(update(intake_tokens).where(intake_tokens.c.id == token_id).values(expires_at=expires_at))


def revoke(tx: Connection, token_id: int, *, by: str, now: datetime) -> None:
    """Write that it works no more; its name is free again."""
    revoked = {"revoked_at": now, "revoked_by": by, "held_name": None}
    tx.execute(update(intake_tokens).where(intake_tokens.c.id == token_id).values(revoked))


def used(tx: Connection, token_ids: Sequence[int], now: datetime, *, coarse: timedelta) -> None:
    """Write that these were used, unless that is known to within `coarse`."""
    before = or_(intake_tokens.c.last_used_at.is_(None), intake_tokens.c.last_used_at <= now - coarse)
    mine = update(intake_tokens).where(intake_tokens.c.id.in_(sorted(token_ids)), before)
    tx.execute(mine.values(last_used_at=now))


def every(tx: Connection) -> list[StoredToken]:
    """All tokens that there are or were, in the order in which they were made."""
    secrets: dict[int, list[Row[Any]]] = {}
    for row in tx.execute(select(intake_secrets).order_by(intake_secrets.c.made_at, intake_secrets.c.prefix)):
        secrets.setdefault(row.token_id, []).append(row)
    rows = tx.execute(select(intake_tokens).order_by(intake_tokens.c.id))
    return [_from_row(row, secrets.get(row.id, ())) for row in rows]


def _from_row(row: Row[Any], secrets: Iterable[Row[Any]]) -> StoredToken:
    grant = Grant(row.name, frozenset(map(Scope, row.scopes)), tuple(row.sources))
    return StoredToken(
        id=row.id,
        grant=grant,
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        revoked_by=row.revoked_by,
        keys=tuple(_key(row, grant, secret) for secret in secrets),
    )


def _key(token: Row[Any], grant: Grant, secret: Row[Any]) -> Key:
    return Key(
        grant=grant,
        token_id=token.id,
        prefix=secret.prefix,
        digest=bytes.fromhex(secret.digest),
        ends_at=secret.ends_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
    )
