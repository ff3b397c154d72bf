"""Suppressions and what they held back. Ended or not, every one of them stays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from bot.store import numbers, wakeups
from bot.store.rows import insert_into
from bot.store.suppression_tables import held_back, suppressions
from bot.store.tables import signals
from bot.store.wakeups import Subject
from rules.signals import Phase
from rules.suppressions import Matcher, Suppression

_STANDING = (Phase.HELD_BACK, Phase.RAISED)


class Stage(StrEnum):
    """How far a suppression has been told."""

    COMING = "coming"
    HOLDING = "holding"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class HeldSignal:
    """A signal that a suppression held back. `since`: when it became true; `stands`: whether it is so now."""

    signal_id: int = field(compare=False)
    title: str
    since: datetime | None
    times: int
    stands: bool


def add(tx: Connection, suppression: Suppression) -> Suppression:
    """Store one that is coming, woken when it begins; returns it with its number."""
    row = {
        "matcher": asdict(suppression.matcher),
        "begins": suppression.begins,
        "ends": suppression.ends,
        "reason": suppression.reason,
        "author": suppression.author,
        "made_at": suppression.made_at,
        "stage": Stage.COMING.value,
    }
    (row,) = numbers.numbered(tx, suppressions, [row])
    number = tx.execute(insert(suppressions).values(row).returning(suppressions.c.id)).scalar_one()
    wakeups.create(tx, Subject.SUPPRESSION, (number,))
    wakeups.set_due(tx, Subject.SUPPRESSION, {number: suppression.begins})
    return replace(suppression, id=number)


def held(tx: Connection, number: int) -> Suppression | None:
    """Lock and read one."""
    wakeups.lock(tx, Subject.SUPPRESSION, (number,))
    return next(iter(read(tx, (number,))), None)


def read(tx: Connection, numbers: Collection[int]) -> list[Suppression]:
    """Suppressions by number, in its order."""
    query = select(suppressions).where(suppressions.c.id.in_(sorted(numbers)))
    return [_from_row(row) for row in tx.execute(query.order_by(suppressions.c.id))]


def unfinished(tx: Connection, *, until_commit: bool = False) -> list[Suppression]:
    """All that are coming or hold, soonest end first.

    `until_commit`: none of them is ended before this transaction is, so what it holds back is not forgotten.
    """
    query = select(suppressions).where(suppressions.c.stage != Stage.OVER.value)
    query = query.order_by(suppressions.c.ends, suppressions.c.id)
    return [_from_row(row) for row in tx.execute(query.with_for_update(read=True) if until_commit else query)]


def latest(tx: Connection, limit: int) -> list[Suppression]:
    """The newest, over or not."""
    query = select(suppressions).order_by(suppressions.c.id.desc()).limit(limit)
    return [_from_row(row) for row in tx.execute(query)]


def end(tx: Connection, suppression: Suppression) -> None:
    """Write that it was ended early, and wake it at that moment; hold it first."""
    ended = {"ended_at": suppression.ended_at, "ended_by": suppression.ended_by}
    tx.execute(update(suppressions).where(suppressions.c.id == suppression.id).values(ended))
    wakeups.set_due(tx, Subject.SUPPRESSION, {suppression.id: suppression.ended_at})


def set_stage(tx: Connection, stage: Stage, due: Mapping[int, datetime | None]) -> None:
    """Write how far these have been told, and when each is to be looked at next."""
    if due:
        told = update(suppressions).where(suppressions.c.id.in_(sorted(due))).values(stage=stage.value)
        tx.execute(told)
        wakeups.set_due(tx, Subject.SUPPRESSION, due)


def count_held(tx: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add to what was held back: rows of `held_back`, each key once."""
    statement = insert_into(tx, held_back)
    more = {"title": statement.excluded.title, "times": held_back.c.times + statement.excluded.times}
    for row in rows:
        upsert = statement.on_conflict_do_update(index_elements=["suppression_id", "signal_id"], set_=more)
        tx.execute(upsert, [dict(row)])


def held_by(tx: Connection, number: int) -> list[HeldSignal]:
    """What one held back, longest first. Signals that have opened a thread since still stand."""
    return [
        HeldSignal(row.signal_id, row.title, row.since, row.times, row.phase in _STANDING)
        for row in tx.execute(_held().where(held_back.c.suppression_id == number))
    ]


def times_held(tx: Connection, numbers: Collection[int]) -> dict[int, int]:
    """How often each held something back; those that never did are left out."""
    query = select(held_back.c.suppression_id, func.sum(held_back.c.times).label("times"))
    query = query.where(held_back.c.suppression_id.in_(sorted(numbers)))
    return {row.suppression_id: row.times for row in tx.execute(query.group_by(held_back.c.suppression_id))}


def _held() -> Select[Any]:
    joined = held_back.join(signals, signals.c.id == held_back.c.signal_id)
    query = select(held_back, signals.c.phase).select_from(joined)
    return query.order_by(held_back.c.since, signals.c.rule_key, signals.c.fingerprint)


def _from_row(row: Row[Any]) -> Suppression:
    matcher = {name: tuple(entries) for name, entries in row.matcher.items()}
    return Suppression(
        id=row.id,
        matcher=Matcher(**matcher),
        begins=row.begins,
        ends=row.ends,
        reason=row.reason,
        author=row.author,
        made_at=row.made_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )
