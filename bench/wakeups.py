"""Wake-ups a second with many pending: re-armed only, and escalating with timeline and outbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Insert, Update, bindparam, insert, select, update

from bench.measuring import Figure, Seconds, rates, seconds
from bench.plant import PLAN, START, report, take_in
from bot.services.waking import ring_threads
from bot.store.database import Database
from bot.store.tables import clocks, exception_threads, wakeups
from bot.store.wakeups import Subject
from bot.store.writer_gate import Priority

BATCH = 100
A_ROUND = 1_000
"""Subjects woken in a round."""


def waking(database: Database, name: str, rounds: int, pending: int) -> Iterator[Figure]:
    """The bare loop moves the due times of the same number of wake-ups in transactions of the same size."""
    make_pending(database, pending, now=START)
    yield _woken(database, f"wake-ups re-armed, {pending:,} pending", name, rounds, late_clocks=False)
    yield _woken(database, f"wake-ups escalating, {pending:,} pending", name, rounds, late_clocks=True)


def _woken(database: Database, title: str, name: str, rounds: int, *, late_clocks: bool) -> Figure:
    def andon() -> Seconds:
        now = _make_due(database, late_clocks=late_clocks)
        return seconds(lambda: _ring_all(database, now))

    return rates(
        title,
        name,
        unit="wake-ups/s",
        amount=A_ROUND,
        rounds=rounds,
        bare=lambda: seconds(lambda: _move_all(database)),
        andon=andon,
    )


def make_pending(database: Database, amount: int, *, now: datetime) -> None:
    """Copies of one open thread, each with its clock and its wake-up an hour ahead."""
    take_in(database, [report("DOWN", "original")])
    later = now + timedelta(hours=1)
    with database.reading() as tx:
        thread = dict(tx.execute(select(exception_threads)).mappings().one())
        clock = dict(tx.execute(select(clocks)).mappings().one())
    for first in range(2, amount + 1, 5_000):
        numbers = range(first, min(first + 5_000, amount + 1))
        for table, copies in (
            (exception_threads, [thread | _name(n) for n in numbers]),
            (clocks, [clock | {"thread_id": n, "due": later} for n in numbers]),
            (wakeups, [{"kind": Subject.THREAD, "ref": n, "due": later, "failures": 0} for n in numbers]),
        ):
            write = partial(_execute, statement=insert(table), rows=copies)
            database.write(write, Priority.HOUSEKEEPING)


def _name(number: int) -> dict[str, Any]:
    return {"id": number, "fingerprint": str(number), "signal_key": f"down|{number}"}


def _make_due(database: Database, *, late_clocks: bool) -> datetime:
    """Let a thousand be due now; their clocks too, or else only their wake-ups, as after an early look."""
    now = START + timedelta(minutes=5)

    def write(tx: Connection) -> None:
        mine = (wakeups.c.kind == Subject.THREAD) & (wakeups.c.ref <= A_ROUND)
        tx.execute(update(wakeups).where(mine).values(due=now))
        due = now if late_clocks else now + timedelta(hours=1)
        tx.execute(update(clocks).where(clocks.c.thread_id <= A_ROUND).values(due=due))
        tx.execute(update(exception_threads).where(exception_threads.c.id <= A_ROUND).values(tier=0))

    database.write(write, Priority.HOUSEKEEPING)
    return now


def _ring_all(database: Database, now: datetime) -> None:
    while ring_threads(database, plan=PLAN, now=now, limit=BATCH).more:
        pass


def _move_all(database: Database) -> None:
    statement = (
        update(wakeups)
        .where(wakeups.c.kind == Subject.THREAD, wakeups.c.ref == bindparam("r"))
        .values(due=START + timedelta(hours=2))
    )
    for first in range(1, A_ROUND + 1, BATCH):
        rows = [{"r": number} for number in range(first, first + BATCH)]
        database.write(partial(_execute, statement=statement, rows=rows), Priority.CLOCK)


def _execute(tx: Connection, *, statement: Insert | Update, rows: list[dict[str, Any]]) -> None:
    tx.execute(statement, rows)
