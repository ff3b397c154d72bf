"""The timeline: append-only, every fact of every thread in order."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from bot.store.tables import timeline
from rules.exception_threads import Fact, FactKind


def append(tx: Connection, facts: Sequence[tuple[int, Fact]]) -> None:
    """Write facts as (thread number, fact)."""
    rows = [
        {
            "thread_id": thread_id,
            "at": fact.at,
            "kind": fact.kind.value,
            "by": fact.by,
            "late": fact.late,
            "detail": dict(fact.detail) | ({"notify": list(fact.notify)} if fact.notify else {}),
        }
        for thread_id, fact in facts
    ]
    if rows:
        tx.execute(insert(timeline), rows)


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
