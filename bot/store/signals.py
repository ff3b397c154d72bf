"""Signals: one row per (rule, fingerprint) that was ever true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, tuple_, update

from bot.store import wakeups
from bot.store.rows import insert_into
from bot.store.tables import signals
from bot.store.wakeups import Subject
from rules.signals import Phase, Signal

SignalKey = tuple[str, str]


def hold(
    tx: Connection, *, create: Iterable[SignalKey], look_up: Iterable[SignalKey]
) -> dict[SignalKey, Signal]:
    """Lock and read signals; those in `create` come to be if need be, those in `look_up` need not exist."""
    wanted = sorted(set(create))
    if wanted:
        insert = insert_into(tx, signals)
        rows = [
            {"rule_key": rule, "fingerprint": print_, "phase": Phase.QUIET.value, "streak": 0}
            for rule, print_ in wanted
        ]
        tx.execute(insert.on_conflict_do_nothing(), rows)
    keys = sorted({*wanted, *look_up})
    if not keys:
        return {}
    ids = tx.execute(select(signals.c.id).where(_key_in(keys))).scalars().all()
    wakeups.create(tx, Subject.SIGNAL, ids)
    wakeups.lock(tx, Subject.SIGNAL, ids)
    return {(found.rule_key, found.fingerprint): found for found in read(tx, ids)}


def read(tx: Connection, ids: Sequence[int]) -> list[Signal]:
    """Signals by id; lock them first to rely on what they say."""
    return [_from_row(row) for row in tx.execute(select(signals).where(signals.c.id.in_(ids)))]


def save(tx: Connection, changed: Sequence[Signal]) -> None:
    """Write signals and their wake-ups."""
    rows = [
        {
            "i": signal.id,
            "phase": signal.phase.value,
            "since": signal.since,
            "streak": signal.count,
            "last_event_at": signal.last_event_at,
            "due": signal.due,
            "draft": signal.draft,
        }
        for signal in changed
    ]
    if rows:
        tx.execute(update(signals).where(signals.c.id == bindparam("i")), rows)
        wakeups.set_due(tx, Subject.SIGNAL, {signal.id: signal.due for signal in changed})


def _key_in(keys: Sequence[SignalKey]) -> Any:
    return tuple_(signals.c.rule_key, signals.c.fingerprint).in_(keys)


def _from_row(row: Row[Any]) -> Signal:
    return Signal(
        id=row.id,
        rule_key=row.rule_key,
        fingerprint=row.fingerprint,
        phase=Phase(row.phase),
        since=row.since,
        count=row.streak,
        last_event_at=row.last_event_at,
        due=row.due,
        draft=row.draft,
    )
