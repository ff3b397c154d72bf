"""What `/andon kpi` reads, with a year of hourly readings behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle, islice

from sqlalchemy import Connection, select, text

from bench.measuring import Figure, Seconds, rates, seconds
from bench.plant import PLAN, START
from bot.services import kpis
from bot.store.database import Database
from bot.store.kpi_tables import readings
from bot.store.rows import is_sqlite
from bot.store.writer_gate import Priority
from rules.control_plan import Kpi
from rules.control_plan.kpis import Direction

HOURS = 365 * 24
ASKED = 50
"""Questions in a round, each about another KPI."""

_PATTERN = Kpi(key="kpi", name="KPI", unit="%", direction=Direction.HIGHER, target=50.0, owner="lead")

_SQLITE_HOURS = (
    "WITH RECURSIVE hours(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM hours WHERE n < :hours - 1) "
    "INSERT INTO readings (kpi, at, source, revision, value, received_at) "
    "SELECT :kpi, datetime(:first, '+' || n || ' hours') || '.000000', '/mes', 1, n % 100, "
    "datetime(:first, '+' || n || ' hours') || '.000000' FROM hours"
)
_POSTGRESQL_HOURS = (
    "INSERT INTO readings (kpi, at, source, revision, value, received_at) "
    "SELECT :kpi, h, '/mes', 1, extract(day FROM h), h "
    "FROM generate_series(CAST(:first AS timestamptz), CAST(:last AS timestamptz), interval '1 hour') AS h"
)


def asking(database: Database, name: str, rounds: int, amount: int) -> Iterator[Figure]:
    """The bare loop reads the same number of last readings of the same KPIs and nothing else."""
    keys = [f"kpi-{number}" for number in range(amount)]
    for key in keys:
        database.write(partial(_fill, key=key), Priority.HOUSEKEEPING)
    asked = cycle(keys)
    yield rates(
        f"/andon kpi, {amount * HOURS:,} readings of {amount:,} KPIs",
        name,
        unit="answers/s",
        amount=ASKED,
        rounds=rounds,
        bare=lambda: _each(asked, lambda key: _bare(database, key)),
        andon=lambda: _each(asked, lambda key: _in_full(database, key)),
    )


def _fill(tx: Connection, key: str) -> None:
    first, last = START - timedelta(hours=HOURS), START - timedelta(hours=1)
    about = {"kpi": key, "first": _stored(tx, first), "last": _stored(tx, last), "hours": HOURS}
    tx.execute(text(_SQLITE_HOURS if is_sqlite(tx) else _POSTGRESQL_HOURS), about)
    tx.execute(
        text("INSERT INTO kpi_watches (kpi, last_at) VALUES (:kpi, :last)"),
        {"kpi": key, "last": _stored(tx, last) + (".000000" if is_sqlite(tx) else "")},
    )


def _stored(tx: Connection, at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S") if is_sqlite(tx) else at.isoformat()


def _each(asked: Iterator[str], ask: Callable[[str], object]) -> Seconds:
    some = list(islice(asked, ASKED))
    return seconds(lambda: [ask(key) for key in some])


def _bare(database: Database, key: str) -> None:
    query = select(readings).where(readings.c.kpi == key).order_by(readings.c.at.desc()).limit(kpis.CHARTED)
    with database.reading() as tx:
        tx.execute(query).all()


def _in_full(database: Database, key: str) -> None:
    kpis.in_full(database, _PATTERN.model_copy(update={"key": key}), PLAN, START)
