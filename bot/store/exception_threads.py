"""Exception threads and their clocks, read and written in batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, func, insert, select, update

from bot.store import numbers, wakeups
from bot.store.rows import ColumnKind, one_of, upsert_sql, with_rows
from bot.store.tables import clocks, exception_threads
from bot.store.thread_rows import clock_from_row, clock_row, from_row, to_new_row, to_row
from bot.store.wakeups import Subject
from rules.clocks import Clock
from rules.exception_threads import WORKING_STATES, ExceptionThread

_CLOCK: Mapping[str, ColumnKind] = {
    "thread_id": "bigint",
    "kind": "text",
    "tier": "bigint",
    "started_at": "timestamptz",
    "due": "timestamptz",
    "left_seconds": "double precision",
    "repeats": "bigint",
}
_SAVE_CLOCKS = upsert_sql("clocks", _CLOCK, key=("thread_id", "kind"))


def add(tx: Connection, new: Sequence[ExceptionThread]) -> list[ExceptionThread]:
    """Store new threads with their clocks and wake-up rows; returns them with their numbers.

    The unique signal key makes a second living thread for one signal impossible (IntegrityError).
    """
    if not new:
        return []
    statement = insert(exception_threads).returning(exception_threads.c.id, sort_by_parameter_order=True)
    rows = numbers.numbered(tx, exception_threads, [to_new_row(thread) for thread in new])
    ids = tx.execute(statement, rows).scalars().all()
    stored = [replace(thread, id=number) for thread, number in zip(new, ids, strict=True)]
    _save_clocks(tx, [(thread.id, clock) for thread in stored for clock in thread.clocks])
    wakeups.create(tx, Subject.THREAD, ids, due={thread.id: thread.due for thread in stored})
    return stored


def save(tx: Connection, changes: Sequence[tuple[ExceptionThread, ExceptionThread]]) -> None:
    """Write threads as (before, after): only columns and clocks that changed, only wake-ups that moved."""
    _save_columns(tx, [(after.id, to_row(before), to_row(after)) for before, after in changes])
    moved = [
        (after.id, clock) for before, after in changes for clock in after.clocks if clock not in before.clocks
    ]
    _save_clocks(tx, moved)
    due = {after.id: after.due for before, after in changes if after.due != before.due}
    wakeups.set_due(tx, Subject.THREAD, due)


def read(tx: Connection, ids: Iterable[int]) -> dict[int, ExceptionThread]:
    """Threads by number; lock their wake-ups first to rely on what they say."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    found = _with_clocks(tx, select(exception_threads).where(one_of(tx, exception_threads.c.id, wanted)))
    return {thread.id: thread for thread in found}


def next_due(tx: Connection, ids: Iterable[int]) -> dict[int, datetime]:
    """When the earliest running clock of each thread runs out; threads without one are left out."""
    mine = one_of(tx, clocks.c.thread_id, ids)
    query = select(clocks.c.thread_id, func.min(clocks.c.due)).where(mine, clocks.c.due.is_not(None))
    return {number: due for number, due in tx.execute(query.group_by(clocks.c.thread_id))}  # noqa: C416 - a Row is no pair to dict()


def held(tx: Connection, ids: Iterable[int]) -> dict[int, ExceptionThread]:
    """Lock threads in ascending order, then read them."""
    wanted = sorted(set(ids))
    wakeups.lock(tx, Subject.THREAD, wanted)
    return read(tx, wanted)


def ids_by_signal(tx: Connection, signal_keys: Iterable[str]) -> dict[str, int]:
    """The living thread of each signal that has one."""
    wanted = sorted(set(signal_keys))
    if not wanted:
        return {}
    query = select(exception_threads.c.signal_key, exception_threads.c.id)
    rows = tx.execute(query.where(one_of(tx, exception_threads.c.signal_key, wanted)))
    return {row.signal_key: row.id for row in rows}


def held_through_merges(tx: Connection, ids: Iterable[int]) -> dict[int, ExceptionThread]:
    """Lock and read these threads and all that they were merged into, step by step.

    A merge may be committed between looking and locking; then its target is locked late, out of order, and
    a deadlock that comes of it is retried like any other.
    """
    found: dict[int, ExceptionThread] = {}
    fresh = _with_merge_targets(tx, ids)
    while fresh:
        found |= held(tx, fresh)
        fresh = {thread.merged_into for thread in found.values() if thread.merged_into} - found.keys()
    return found


def release_signal(tx: Connection, thread_id: int) -> None:
    """Let the next occurrence open a new thread: what this one was merged into has closed."""
    mine = exception_threads.c.id == thread_id
    tx.execute(update(exception_threads).where(mine).values(signal_key=None))


def move_home(tx: Connection, thread_id: int, channel: str) -> None:
    """Tell this thread's story in another channel from now on."""
    mine = exception_threads.c.id == thread_id
    tx.execute(update(exception_threads).where(mine).values(channel=channel))


def working(
    tx: Connection,
    *,
    owner: str | None = None,
    area: str | None = None,
    rule_keys: Collection[str] | None = None,
    limit: int = 20,
) -> tuple[list[ExceptionThread], int]:
    """Threads that somebody has to work on, most severe and oldest first, and how many there are in all."""
    query = select(exception_threads).where(exception_threads.c.state.in_([s.value for s in WORKING_STATES]))
    if owner is not None:
        query = query.where(exception_threads.c.owner == owner)
    if area is not None:
        query = query.where(exception_threads.c.area == area)
    if rule_keys is not None:
        query = query.where(exception_threads.c.rule_key.in_(sorted(rule_keys)))
    total = tx.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    return _with_clocks(tx, query.order_by(_severity_rank(), exception_threads.c.id).limit(limit)), total


def count_working(tx: Connection) -> dict[tuple[str, str], int]:
    """How many threads somebody has to work on, by (severity, state)."""
    columns = (exception_threads.c.severity, exception_threads.c.state)
    query = select(*columns, func.count()).where(
        exception_threads.c.state.in_([state.value for state in WORKING_STATES])
    )
    return {(severity, state): total for severity, state, total in tx.execute(query.group_by(*columns))}


def _with_merge_targets(tx: Connection, ids: Iterable[int]) -> set[int]:
    found: set[int] = set()
    fresh = set(ids)
    while fresh:
        found |= fresh
        mine = one_of(tx, exception_threads.c.id, sorted(fresh))
        query = select(exception_threads.c.merged_into).where(
            mine, exception_threads.c.merged_into.is_not(None)
        )
        fresh = set(tx.execute(query).scalars()) - found
    return found


def _severity_rank() -> Any:
    ranks = {"critical": 0, "high": 1, "medium": 2, "low": 3}
    return case(ranks, value=exception_threads.c.severity, else_=4)


def _with_clocks(tx: Connection, query: Select[Any]) -> list[ExceptionThread]:
    rows = tx.execute(query).all()
    by_thread: dict[int, list[Clock]] = defaultdict(list)
    for row in tx.execute(select(clocks).where(one_of(tx, clocks.c.thread_id, [row.id for row in rows]))):
        by_thread[row.thread_id].append(clock_from_row(row))
    return [from_row(row, by_thread[row.id]) for row in rows]


def _save_columns(tx: Connection, rows: Sequence[tuple[int, dict[str, Any], dict[str, Any]]]) -> None:
    """Of all threads write the columns in which at least one differs: most batches only count occurrences."""
    changed = [(number, before, after) for number, before, after in rows if before != after]
    names = sorted({name for _, before, after in changed for name in after if before[name] != after[name]})
    if changed:
        statement = update(exception_threads).where(exception_threads.c.id == bindparam("i"))
        tx.execute(
            statement, [{"i": number} | {name: after[name] for name in names} for number, _, after in changed]
        )


def _save_clocks(tx: Connection, changed: Sequence[tuple[int, Clock]]) -> None:
    rows = [clock_row(thread_id, clock) for thread_id, clock in changed]
    if rows:
        with_rows(tx, _SAVE_CLOCKS, _CLOCK, rows)
