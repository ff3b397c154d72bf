"""`python -m bench.waits`: what people wait for at the worst moments.

The slowest of a hundred presses while intake never rests; and a bot that starts with many open threads, from
the start of the process to the first `/readyz` that has nothing to complain of.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from sqlalchemy import delete

from bench.databases import POSTGRESQL, SQLITE, postgres_database, postgres_server, sqlite_database
from bench.plant import open_threads
from bench.presses import load, open_to_press, press
from bench.wakeups import make_pending
from bot.clock import SystemClock
from bot.store.database import Database
from bot.store.tables import outbox
from bot.store.writer_gate import Priority
from bot.telemetry import configure
from tests.processes.bot_process import BotProcess
from tests.processes.conftest import prepared
from tests.processes.workspace import workspace

LOOK_SECONDS = 0.01


def main() -> None:
    """Print two lines for each database."""
    parser = argparse.ArgumentParser(prog="bench.waits", description=__doc__)
    parser.add_argument("--presses", type=int, default=400)
    parser.add_argument("--threads", type=int, default=100_000)
    parser.add_argument("--starts", type=int, default=5)
    options = parser.parse_args()
    configure(level="ERROR")
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server())
        for name, fresh in (
            (SQLITE, sqlite_database),
            (POSTGRESQL, lambda: postgres_database(server)),
        ):
            with fresh() as database:
                _say(name, _presses(database, options.presses))
            with fresh() as database:
                _say(name, _starts(database, options.threads, options.starts))


def _presses(database: Database, amount: int) -> str:
    open_threads(database)
    numbers = open_to_press(database, amount)
    with load(database):
        took = [press(database, next(numbers)) for _ in range(amount)]
    middle, slow = median(took), quantiles(took, n=100)[-1]
    words = f"median {_ms(middle)}, p99 {_ms(slow)}, {_ms(max(took))} at most"
    return f"{amount} presses under saturated intake: {words}"


def _starts(database: Database, threads: int, amount: int) -> str:
    """Nothing waits for Slack: what a restart costs by itself, not what it owes."""
    with TemporaryDirectory(prefix="andon-bench-") as folder, workspace() as sandbox:
        url = database.engine.url.render_as_string(hide_password=False)
        with prepared(url):
            make_pending(database, threads, now=SystemClock().now())
        database.write(lambda tx: tx.execute(delete(outbox)), Priority.HOUSEKEEPING)
        took = [_start(BotProcess(sandbox, url, Path(folder))) for _ in range(amount)]
    return f"ready with {threads:,} open threads: median {_ms(median(took))}, {_ms(max(took))} at most"


def _start(bot: BotProcess) -> float:
    begun = perf_counter()
    bot.spawn()
    while not bot.is_ready():
        sleep(LOOK_SECONDS)
    took = perf_counter() - begun
    bot.stop()
    return took


def _ms(value: float) -> str:
    return f"{value * 1000:,.0f} ms"


def _say(name: str, words: str) -> None:
    print(f"{name}: {words}", flush=True)  # noqa: T201 - it is what the program is for


if __name__ == "__main__":
    main()
