"""Run the benchmarks: `python -m bench`, or `make bench`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.alertmanager import against_alertmanager
from bench.audit import auditing
from bench.cold_start import cold_start
from bench.databases import POSTGRESQL, SQLITE, postgres_database, postgres_server, sqlite_database
from bench.intake import intake
from bench.kpis import asking
from bench.measuring import Figure, spread
from bench.presses import press_to_commit
from bench.wakeups import waking
from bot.store.database import Database
from bot.telemetry import configure

Fresh = Callable[[], AbstractContextManager[Database]]
WIDTH = 120
PARTS = ("intake", "presses", "audit", "wakeups", "kpis", "alertmanager", "start")


def main() -> None:
    """Measure, print a table, and write JSON if asked to."""
    options = _options()
    configure(level="ERROR")
    console = Console()
    console.width = max(console.width, WIDTH)
    figures = []
    with ExitStack() as stack:
        for figure in _figures(options, stack):
            console.print(f"[dim]{figure.name} · {figure.database}[/dim]", highlight=False)
            figures.append(figure)
    console.print(_table(figures))
    if options.json:
        options.json.write_text(json.dumps([figure.as_json() for figure in figures], indent=2) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="counted rounds of each measure")
    parser.add_argument("--pending", type=int, default=10_000, help="pending wake-ups")
    parser.add_argument("--kpis", type=int, default=50, help="KPIs with a year of hourly readings")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="by default both")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    return parser.parse_args()


def _figures(options: argparse.Namespace, stack: ExitStack) -> Iterator[Figure]:
    for name, fresh in _databases(options.database, stack):
        if "intake" in options.only:
            with fresh() as database:
                yield from intake(database, name, options.rounds)
        if "presses" in options.only:
            with fresh() as database:
                yield from press_to_commit(database, name, options.rounds)
        if "audit" in options.only:
            with fresh() as database:
                yield from auditing(database, name, options.rounds)
        if "wakeups" in options.only:
            with fresh() as database:
                yield from waking(database, name, options.rounds, options.pending)
        if "kpis" in options.only:
            with fresh() as database:
                yield from asking(database, name, options.rounds, options.kpis)
    if "alertmanager" in options.only:
        yield from against_alertmanager(options.rounds)
    if "start" in options.only:
        yield from cold_start(options.rounds)


def _databases(only: str | None, stack: ExitStack) -> Iterator[tuple[str, Fresh]]:
    if only != "postgresql":
        yield SQLITE, sqlite_database
    if only != "sqlite":
        server = stack.enter_context(postgres_server())
        yield POSTGRESQL, lambda: postgres_database(server)


def _table(figures: list[Figure]) -> Table:
    table = Table("measure", "database", "Andon", "bare loop", "ratio", title="median (range)")
    for figure in figures:
        table.add_row(
            figure.name,
            figure.database,
            f"{_words(figure.andon)} {figure.unit}",
            _words(figure.bare),
            _words(figure.ratios, digits=2),
        )
    return table


def _words(values: tuple[float, ...], digits: int = 0) -> str:
    found = {
        name: f"{value:,.{digits if value >= 10 or digits else 1}f}" for name, value in spread(values).items()
    }
    return f"{found['median']} ({found['least']}–{found['most']})"


if __name__ == "__main__":
    main()
