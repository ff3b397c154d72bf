"""Placements: where each thread's card is shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.store.rows import insert_into, one_of
from bot.store.tables import placements
from rules.delivery import Placement


def of_threads(tx: Connection, thread_ids: Iterable[int]) -> dict[int, list[Placement]]:
    """Every placement of each thread."""
    found: dict[int, list[Placement]] = defaultdict(list)
    for row in tx.execute(select(placements).where(one_of(tx, placements.c.thread_id, set(thread_ids)))):
        found[row.thread_id].append(_from_row(row))
    return found


def targets(tx: Connection, thread_ids: Collection[int]) -> list[tuple[int, str]]:
    """Where each thread is shown, as (thread number, target)."""
    query = select(placements.c.thread_id, placements.c.target)
    found = tx.execute(query.where(one_of(tx, placements.c.thread_id, thread_ids)))
    return [(thread_id, target) for thread_id, target in found]


def find(tx: Connection, thread_id: int, target: str) -> Placement | None:
    """One placement."""
    mine = (placements.c.thread_id == thread_id) & (placements.c.target == target)
    row = tx.execute(select(placements).where(mine)).one_or_none()
    return None if row is None else _from_row(row)


def add(tx: Connection, pairs: Sequence[tuple[int, str]]) -> None:
    """Plan to show threads in targets; what is planned already stays as it is."""
    if pairs:
        insert = insert_into(tx, placements)
        rows = [{"thread_id": thread_id, "target": target} for thread_id, target in pairs]
        tx.execute(insert.on_conflict_do_nothing(), rows)


def forget(tx: Connection, thread_id: int, target: str) -> None:
    """Show a thread there no longer: the target is gone."""
    mine = (placements.c.thread_id == thread_id) & (placements.c.target == target)
    tx.execute(delete(placements).where(mine))


def shown(tx: Connection, placement: Placement) -> None:
    """Write down what Slack shows now."""
    mine = (placements.c.thread_id == placement.thread_id) & (placements.c.target == placement.target)
    tx.execute(
        update(placements)
        .where(mine)
        .values(channel_id=placement.channel_id, ts=placement.ts, mark=placement.mark, shown=placement.shown)
    )


def _from_row(row: Row[Any]) -> Placement:
    return Placement(row.thread_id, row.target, row.channel_id, row.ts, row.mark, row.shown)
