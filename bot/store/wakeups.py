"""Wake-ups: one row per subject for its whole life, its due time and its mutex at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import ColumnElement, Connection, func, select, update

from bot.store.rows import ColumnKind, is_sqlite, one_of, upsert_sql, with_rows
from bot.store.tables import wakeups

NEVER: Mapping[int, datetime | None] = MappingProxyType({})

_ROW: dict[str, ColumnKind] = {"kind": "text", "ref": "bigint", "due": "timestamptz"}
_CREATE = upsert_sql("wakeups", (*_ROW, "failures"), key=("kind", "ref"), then="NOTHING")
_SET_DUE = (
    "UPDATE wakeups SET due = r.due, failures = 0, trouble = NULL FROM {rows} AS r "
    "WHERE wakeups.kind = r.kind AND wakeups.ref = r.ref"
)


class Subject(StrEnum):
    """What can be woken. Locks are taken in this order of subjects, and within one in ascending order."""

    DECISION = "decision"
    KPI = "kpi"
    SESSION = "session"
    SUPPRESSION = "suppression"
    SIGNAL = "signal"
    THREAD = "thread"


def create(
    tx: Connection, subject: Subject, refs: Iterable[int], *, due: Mapping[int, datetime | None] = NEVER
) -> None:
    """Give subjects their row, and when they must be looked at; existing ones keep theirs."""
    rows = [
        {"kind": subject.value, "ref": ref, "due": due.get(ref), "failures": 0} for ref in sorted(set(refs))
    ]
    if rows:
        with_rows(tx, _CREATE, _ROW | {"failures": "bigint"}, rows)


def lock(tx: Connection, subject: Subject, refs: Iterable[int]) -> None:
    """Be the only one who changes these subjects until the transaction ends.

    On SQLite the writer's turn already says so.
    """
    wanted = sorted(set(refs))
    if wanted and not is_sqlite(tx):
        query = select(wakeups.c.ref).where(
            wakeups.c.kind == subject.value, one_of(tx, wakeups.c.ref, wanted)
        )
        tx.execute(query.order_by(wakeups.c.kind, wakeups.c.ref).with_for_update()).all()


def claim_due(
    tx: Connection, subject: Subject, now: datetime, limit: int, only: Sequence[int] | None = None
) -> list[int]:
    """Lock what is due, earliest first, leaving to other replicas what they hold; returns refs in order.

    `only` narrows the claim to these subjects.
    """
    query = select(wakeups.c.ref).where(_is_of(subject), wakeups.c.due <= now)
    if only is not None:
        query = query.where(wakeups.c.ref.in_(only))
    query = query.order_by(wakeups.c.due).limit(limit).with_for_update(skip_locked=True)
    return sorted(tx.execute(query).scalars())


def set_due(tx: Connection, subject: Subject, due: Mapping[int, datetime | None]) -> None:
    """Say when each subject must be looked at next; None means not before somebody touches it."""
    # The kind stands in every row, not beside them: SQLite would go through all wake-ups of one kind.
    rows = [{"kind": subject.value, "ref": ref, "due": due[ref]} for ref in sorted(due)]
    if rows:
        with_rows(tx, _SET_DUE, _ROW, rows)


def park(tx: Connection, subject: Subject, ref: int, *, until: datetime, trouble: str) -> None:
    """Set a subject aside that raised, with its reason, so that it never blocks the others."""
    mine = (wakeups.c.kind == subject.value) & (wakeups.c.ref == ref)
    tx.execute(
        update(wakeups).where(mine).values(due=until, failures=wakeups.c.failures + 1, trouble=trouble[:2000])
    )


def failures(tx: Connection, subject: Subject, ref: int) -> int:
    """How often in a row the subject has raised."""
    mine = (wakeups.c.kind == subject.value) & (wakeups.c.ref == ref)
    return tx.execute(select(wakeups.c.failures).where(mine)).scalar_one_or_none() or 0


def parked(tx: Connection) -> list[tuple[str, int, datetime, str]]:
    """Every subject in trouble: kind, ref, when it is tried again, why."""
    columns = (wakeups.c.kind, wakeups.c.ref, wakeups.c.due, wakeups.c.trouble)
    return [tuple(row) for row in tx.execute(select(*columns).where(wakeups.c.trouble.is_not(None)))]


def earliest(tx: Connection) -> datetime | None:
    """The next moment at which anything is due."""
    due: datetime | None = tx.execute(select(func.min(wakeups.c.due))).scalar_one()
    return due


def due_refs(tx: Connection, subject: Subject, now: datetime) -> list[int]:
    """What is due, without claiming it."""
    query = select(wakeups.c.ref).where(_is_of(subject), wakeups.c.due <= now)
    return list(tx.execute(query.order_by(wakeups.c.due)).scalars())


def _is_of(subject: Subject) -> ColumnElement[bool]:
    """Whether a row is of that kind, in a form that no index answers: the one on `due` shall lead.

    Left to itself SQLite goes through all subjects of the kind, due or not.
    """
    return wakeups.c.kind.concat("") == subject.value
