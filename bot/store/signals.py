"""Signals: one row per (rule, fingerprint) that was ever true."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
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
    "SELECT s.rule_key, s.fingerprint, s.id FROM {rows} AS r "
    "JOIN signals AS s ON s.rule_key = r.rule_key AND s.fingerprint = r.fingerprint"
)


def hold(
    tx: Connection, *, create: Iterable[SignalKey], look_up: Iterable[SignalKey]
) -> dict[SignalKey, Signal]:
    """Lock and read signals; those in `create` come to be if need be, those in `look_up` need not exist."""
    wanted = set(create)
    keys = sorted({*wanted, *look_up})
    if not keys:
        return {}
    ids = _ids(tx, keys)
    missing = sorted(wanted - ids.keys())
    if missing:
        _create(tx, missing)
        ids |= _ids(tx, missing)
        wakeups.create(tx, Subject.SIGNAL, [ids[key] for key in missing])
    wakeups.lock(tx, Subject.SIGNAL, ids.values())
    return {(found.rule_key, found.fingerprint): found for found in read(tx, list(ids.values()))}


def read(tx: Connection, ids: Sequence[int]) -> list[Signal]:
    """Signals by id; lock them first to rely on what they say."""
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


def _ids(tx: Connection, keys: Sequence[SignalKey]) -> dict[SignalKey, int]:
    rows = [{"rule_key": rule, "fingerprint": print_} for rule, print_ in keys]
    found = with_rows(tx, _FIND, {"rule_key": "text", "fingerprint": "text"}, rows)
    return {(rule, print_): number for rule, print_, number in found}


def _create(tx: Connection, keys: Sequence[SignalKey]) -> None:
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
