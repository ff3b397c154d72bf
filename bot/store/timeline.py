"""The timeline: append-only, every fact of every thread in order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from bot.store.rows import ColumnKind, with_rows
from bot.store.tables import timeline
from rules.exception_threads import Fact, FactKind

_COLUMNS: Mapping[str, ColumnKind] = {
    "thread_id": "bigint",
    "at": "timestamptz",
    "kind": "text",
    "by": "text",
    "late": "boolean",
    "detail": "text",
}
_NAMES = ", ".join(f'"{name}"' for name in _COLUMNS)
_APPEND = f"INSERT INTO timeline ({_NAMES}) SELECT {_NAMES} FROM {{rows}} AS r"  # noqa: S608 - names are our own columns


def append(tx: Connection, facts: Sequence[tuple[int, Fact]]) -> None:
    """Write facts as (thread number, fact)."""
    rows = [
        {
            "thread_id": thread_id,
            "at": fact.at,
            "kind": fact.kind.value,
            "by": fact.by,
            "late": fact.late,
            "detail": json.dumps(dict(fact.detail) | ({"notify": list(fact.notify)} if fact.notify else {})),
        }
        for thread_id, fact in facts
    ]
    if rows:
        with_rows(tx, _APPEND, _COLUMNS, rows)


def of(tx: Connection, thread_id: int) -> tuple[Fact, ...]:
    """A thread's facts, oldest first."""
    query = select(timeline).where(timeline.c.thread_id == thread_id).order_by(timeline.c.id)
    return tuple(
        Fact(
            FactKind(row.kind),
            row.at,
            row.by,
            {name: value for name, value in row.detail.items() if name != "notify"},
            notify=tuple(row.detail.get("notify", ())),
            late=row.late,
        )
        for row in tx.execute(query)
    )
