"""Signals: one row per (rule, fingerprint) that was ever true."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.store import wakeups
from bot.store.rows import ColumnKind, insert_into, one_of, with_rows
from bot.store.tables import signals
from bot.store.wakeups import Subject
from rules.signals import Phase, Signal

SignalKey = tuple[str, str]

_CHANGING: Mapping[str, ColumnKind] = {
    "id": "bigint",
    "phase": "text",
    "since": "timestamptz",
    "streak": "bigint",
    "last_event_at": "timestamptz",
    "due": "timestamptz",
    "draft": "text",
}
_SETS = ", ".join(f"{name} = r.{name}" for name in _CHANGING if name != "id")
_SAVE = f"UPDATE signals SET {_SETS} FROM {{rows}} AS r WHERE signals.id = r.id"  # noqa: S608 - names are our own columns
_FIND = (
    "SELECT s.id FROM {rows} AS r "
    "JOIN signals AS s ON s.rule_key = r.rule_key AND s.fingerprint = r.fingerprint"
)


def create(tx: Connection, missing: Collection[SignalKey]) -> list[int]:
    """Let signals come to be, locked; another transaction may have been faster."""
    keys = sorted(missing)
    if not keys:
        return []
    _insert(tx, keys)
    ids = _ids(tx, keys)
    wakeups.create(tx, Subject.SIGNAL, ids)
    wakeups.lock(tx, Subject.SIGNAL, ids)
    return ids


def read(tx: Connection, ids: Sequence[int]) -> list[Signal]:
    """Signals by id; lock them first to rely on what they say."""
    if not ids:
        return []
    return [_from_row(row) for row in tx.execute(select(signals).where(one_of(tx, signals.c.id, ids)))]


def save(tx: Connection, changed: Sequence[Signal], *, moved: Iterable[Signal] | None = None) -> None:
    """Write signals and their wake-ups; `moved` are those whose due time is another, by default all."""
    rows = [
        {
            "id": signal.id,
            "phase": signal.phase.value,
            "since": signal.since,
            "streak": signal.count,
            "last_event_at": signal.last_event_at,
            "due": signal.due,
            "draft": None if signal.draft is None else json.dumps(signal.draft),
        }
        for signal in changed
    ]
    if rows:
        with_rows(tx, _SAVE, _CHANGING, rows)
    rearmed = changed if moved is None else moved
    wakeups.set_due(tx, Subject.SIGNAL, {signal.id: signal.due for signal in rearmed})


def _ids(tx: Connection, keys: Sequence[SignalKey]) -> list[int]:
    rows = [{"rule_key": rule, "fingerprint": print_} for rule, print_ in keys]
    return list(with_rows(tx, _FIND, {"rule_key": "text", "fingerprint": "text"}, rows).scalars())


def _insert(tx: Connection, keys: Sequence[SignalKey]) -> None:
    rows = [
        {"rule_key": rule, "fingerprint": print_, "phase": Phase.QUIET.value, "streak": 0}
        for rule, print_ in keys
    ]
    tx.execute(insert_into(tx, signals).on_conflict_do_nothing(), rows)


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
