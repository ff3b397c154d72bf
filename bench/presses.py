"""Press to commit while events pour in: what a person waits for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from statistics import median

from sqlalchemy import select, update

from bench.measuring import Figure, Seconds, rates, seconds
from bench.plant import PLAN, START, open_threads, repeats, report, take_in
from bot.services import presses
from bot.store.database import Database
from bot.store.tables import exception_threads
from bot.store.writer_gate import Priority

PRESSES = 15


def press_to_commit(database: Database, name: str, rounds: int) -> Iterator[Figure]:
    """Acknowledging against one bare update, both under the same load of batches of 100."""
    open_threads(database)
    numbers = open_to_press(database, (rounds + 1) * PRESSES)
    with load(database):
        yield rates(
            "press to commit under intake load",
            name,
            unit="presses/s",
            amount=1,
            rounds=rounds,
            bare=lambda: median(_bare_press(database) for _ in range(PRESSES)),
            andon=lambda: median(press(database, next(numbers)) for _ in range(PRESSES)),
        )


def open_to_press(database: Database, amount: int) -> Iterator[int]:
    """Numbers of as many open threads, to be pressed on once each."""
    for start in range(0, amount, 200):
        take_in(database, [report("DOWN", f"press-{start + n}") for n in range(200)])
    query = select(exception_threads.c.id).where(exception_threads.c.fingerprint.startswith("press-"))
    with database.reading() as tx:
        return iter(tx.execute(query.order_by(exception_threads.c.id)).scalars().all())


@contextmanager
def load(database: Database) -> Iterator[None]:
    """One intake thread, as in production, that never rests."""
    stop = threading.Event()

    def pour() -> None:
        while not stop.is_set():
            take_in(database, repeats(100))

    worker = threading.Thread(target=pour, daemon=True)
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join()


def press(database: Database, number: int) -> Seconds:
    return seconds(lambda: presses.acknowledge(database, number, by="ana", seen=None, plan=PLAN, now=START))


_turns = count(1)


def _bare_press(database: Database) -> Seconds:
    statement = update(exception_threads).where(exception_threads.c.id == next(_turns) % 100 + 1)
    return seconds(
        lambda: database.write(lambda tx: tx.execute(statement.values(owner="ana")), Priority.PRESS)
    )
