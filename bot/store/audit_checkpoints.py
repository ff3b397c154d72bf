"""Checkpoints of the audit's chain, and the one that it begins behind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store.audit_tables import audit_checkpoints
from bot.store.rows import insert_into
from rules.audit_chain import BEGINNING, Checkpoint

_NEWEST_FIRST = audit_checkpoints.c.number.desc()
_COLUMNS = (audit_checkpoints.c.number, audit_checkpoints.c.link)


def add(tx: Connection, checkpoint: Checkpoint, now: datetime) -> None:
    """Keep one; the same again is harmless."""
    row = {"number": checkpoint.number, "link": checkpoint.link, "made_at": now, "is_base": False}
    tx.execute(insert_into(tx, audit_checkpoints).values(row).on_conflict_do_nothing())


def every(tx: Connection) -> list[Checkpoint]:
    """All of them, oldest first."""
    return [Checkpoint(*row) for row in tx.execute(select(*_COLUMNS).order_by(audit_checkpoints.c.number))]


def base(tx: Connection) -> Checkpoint:
    """Behind which the chain begins."""
    query = select(*_COLUMNS).where(audit_checkpoints.c.is_base).order_by(_NEWEST_FIRST).limit(1)
    row = tx.execute(query).one_or_none()
    return Checkpoint(*row) if row else BEGINNING


def newest_up_to(tx: Connection, number: int) -> Checkpoint | None:
    """The last checkpoint that is not behind a number."""
    query = select(*_COLUMNS).where(audit_checkpoints.c.number <= number).order_by(_NEWEST_FIRST).limit(1)
    row = tx.execute(query).one_or_none()
    return Checkpoint(*row) if row else None


def make_base(tx: Connection, checkpoint: Checkpoint) -> None:
    """From now on the chain begins behind it."""
    tx.execute(
        update(audit_checkpoints).where(audit_checkpoints.c.number == checkpoint.number).values(is_base=True)
    )
