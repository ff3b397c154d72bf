"""`python -m bench.pruning`: a million old events go while people press; how long do the presses take?"""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median, quantiles
from time import perf_counter, sleep

from sqlalchemy import Connection, event, text

from bench.databases import POSTGRESQL, SQLITE, postgres_database, postgres_server, sqlite_database
from bench.measuring import seconds
from bench.plant import PLAN, START
from bench.presses import open_to_press
from bot.pruner import RESTS
from bot.services import presses
from bot.services.pruning import prune
from bot.store.database import Database
from bot.telemetry import configure
from rules.keeping import Keeping

KEEPING = Keeping(events_days=30, deliveries_days=30)
LATER = START + timedelta(days=60)
PAUSE_SECONDS = 0.02

_FILL = {
    "sqlite": """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)
        INSERT INTO events (source, event_id, type, subject, time, received_at, data, plan_version, became)
        SELECT '/plc', 'old-' || i, 'machine.state', 'filler-' || (i % 500), :at, :at,
          '{"state": "IDLE", "reason": "none"}', 1, '{"became":[]}' FROM n""",
    "postgresql": """
        INSERT INTO events (source, event_id, type, subject, time, received_at, data, plan_version, became)
        SELECT '/plc', 'old-' || i, 'machine.state', 'filler-' || (i % 500),
          CAST(:at AS timestamptz), CAST(:at AS timestamptz),
          '{"state": "IDLE", "reason": "none"}', 1, '{"became":[]}'
        FROM generate_series(1, :many) AS i""",
}


def main() -> None:
    """Print a line for each database."""
    parser = argparse.ArgumentParser(prog="bench.pruning", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--presses", type=int, default=1_000)
    options = parser.parse_args()
    configure(level="ERROR")
    with sqlite_database() as database:
        measure(database, SQLITE, options.events, options.presses)
    with postgres_server() as server, postgres_database(server) as database:
        measure(database, POSTGRESQL, options.events, options.presses)


def measure(database: Database, name: str, many: int, amount: int) -> None:
    """Presses alone, then presses while events go, then how long the rest of them takes."""
    numbers = open_to_press(database, 2 * amount)
    _fill(database, many)
    alone = [_press(database, next(numbers)) for _ in range(amount)]
    batches: list[float] = []
    begun = perf_counter()
    with _pruning(database, batches) as worker:
        beside = [_press(database, next(numbers)) for _ in range(amount)]
        worker.join()
    took = perf_counter() - begun
    print(  # noqa: T201 - it is what the program is for
        f"{name}: press p99 {_p99(alone)} alone, {_p99(beside)} while pruning; transaction median "
        f"{median(batches) * 1000:.0f} ms, p99 {_p99(batches)}; {many:,} events in {took:.0f} s"
    )


def _fill(database: Database, many: int) -> None:
    dialect = database.engine.dialect.name
    at = START.replace(tzinfo=None).isoformat(" ", "microseconds") + ("" if dialect == "sqlite" else "+00")
    with database.engine.begin() as tx:
        tx.execute(text(_FILL[dialect]), {"many": many, "at": at})


@contextmanager
def _pruning(database: Database, batches: list[float]) -> Iterator[threading.Thread]:
    """As the pruner does it: each batch, then a rest. `batches` gets how long each write held its lock."""
    held: dict[int, float] = {}

    def begins(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            held[threading.get_ident()] = perf_counter()

    def ends(*_: object) -> None:
        begun = held.pop(threading.get_ident(), None)
        if begun is not None and threading.current_thread() is worker:
            batches.append(perf_counter() - begun)

    def work() -> None:
        begun = perf_counter()
        for _ in prune(database, KEEPING, LATER):
            sleep(max(RESTS * (perf_counter() - begun), PAUSE_SECONDS))
            begun = perf_counter()

    event.listen(database.engine, "begin", begins)
    # Given back once it is committed.
    event.listen(database.engine, "checkin", ends)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    yield worker


def _press(database: Database, number: int) -> float:
    sleep(PAUSE_SECONDS)
    return seconds(lambda: presses.acknowledge(database, number, by="ana", seen=None, plan=PLAN, now=START))


def _p99(values: list[float]) -> str:
    return f"{quantiles(values, n=100)[-1] * 1000:.0f} ms"


if __name__ == "__main__":
    main()
