"""Sessions and their digests. A digest is written once per occurrence, whoever prepares it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.store import wakeups
from bot.store.rows import insert_into
from bot.store.session_tables import digests, sessions
from bot.store.wakeups import Subject


@dataclass(frozen=True, slots=True)
class ScheduledSession:
    """A session of the plan and the occurrence that it is woken for; None while it waits for none."""

    id: int
    key: str
    occurrence: datetime | None


@dataclass(frozen=True, slots=True)
class StoredDigest:
    """A digest as it was posted. `occurrence` is when its session began; `facts` are JSON."""

    session: str
    occurrence: datetime
    built_at: datetime
    late: bool
    facts: Mapping[str, Any]
    message: Mapping[str, Any]


def held(tx: Connection, keys: Collection[str]) -> list[ScheduledSession]:
    """Lock and read every session that was ever scheduled; those of `keys` are added where missing."""
    if keys:
        insert = insert_into(tx, sessions).on_conflict_do_nothing()
        tx.execute(insert, [{"key": key} for key in sorted(keys)])
    ids = tx.execute(select(sessions.c.id)).scalars().all()
    wakeups.create(tx, Subject.SESSION, ids)
    wakeups.lock(tx, Subject.SESSION, ids)
    return read(tx, ids)


def read(tx: Connection, ids: Collection[int]) -> list[ScheduledSession]:
    """Sessions by number, in its order."""
    query = select(sessions).where(sessions.c.id.in_(sorted(ids))).order_by(sessions.c.id)
    return [ScheduledSession(row.id, row.key, row.occurrence) for row in tx.execute(query)]


def occurrences(tx: Connection) -> dict[str, datetime]:
    """When each scheduled session begins next, by its key."""
    query = select(sessions.c.key, sessions.c.occurrence).where(sessions.c.occurrence.is_not(None))
    return {row.key: row.occurrence for row in tx.execute(query)}


def schedule(tx: Connection, number: int, occurrence: datetime | None, *, due: datetime | None) -> None:
    """Wake a session at `due` for this occurrence; hold it first."""
    tx.execute(update(sessions).where(sessions.c.id == number).values(occurrence=occurrence))
    wakeups.set_due(tx, Subject.SESSION, {number: due})


def add_digest(tx: Connection, digest: StoredDigest) -> bool:
    """Keep a digest; False when this occurrence has one already."""
    insert = insert_into(tx, digests).values(
        session=digest.session,
        occurrence=digest.occurrence,
        built_at=digest.built_at,
        late=digest.late,
        facts=digest.facts,
        message=digest.message,
    )
    added = tx.execute(insert.on_conflict_do_nothing().returning(digests.c.id)).scalar_one_or_none()
    return added is not None


def digest_back(tx: Connection, session: str, number: int = 1) -> StoredDigest | None:
    """The newest digest of a session, or the one so many back; None when there are not so many."""
    query = select(digests).where(digests.c.session == session).order_by(digests.c.occurrence.desc())
    row = tx.execute(query.offset(number - 1).limit(1)).one_or_none()
    return None if row is None else _digest(row)


def _digest(row: Row[Any]) -> StoredDigest:
    return StoredDigest(row.session, row.occurrence, row.built_at, row.late, row.facts, row.message)
