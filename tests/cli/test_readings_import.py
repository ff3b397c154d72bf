"""Values of a KPI from a file: all of it or nothing, and again without harm."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text

from bot.cli import measuring
from bot.services.planning import apply_plan
from bot.store import readings
from bot.store.database import Database
from tests.cli.conftest import PLAN, Andon

KPI = """
kpis:
  - key: oee
    name: OEE
    unit: "%"
    direction: higher
    target: 74
    owner: shift_lead
    thresholds: [{key: low, miss: 5%, severity: high, policy: POLICY}]
"""
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def database(migrated: str) -> Iterator[Database]:
    """The first plan is in force, with one KPI more."""
    yield from _with_a_kpi(migrated)


@pytest.fixture
def either_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The same on SQLite and on PostgreSQL."""
    monkeypatch.setenv("ANDON_DATABASE_URL", database_url)
    yield from _with_a_kpi(database_url)


def _with_a_kpi(url: str) -> Iterator[Database]:
    database = Database(url)
    policy = next(
        line.strip(" :") for line in PLAN.split("escalation_policies:")[1].splitlines() if line.strip()
    )
    text = PLAN.split("\nkpis:")[0] + KPI.replace("POLICY", policy.split(":")[0])
    apply_plan(database, text=text, file="p.yaml", base=0, by="olga", reason="first", now=NOW)
    yield database
    database.close()


def written(desk: Path, *rows: str, header: str = "at,oee") -> Path:
    path = desk / "oee.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def imported(andon: Andon, path: Path, *options: str) -> tuple[int, str]:
    columns = ("--time-column", "at", "--value-column", "oee")
    said = andon("readings", "import", path, "--kpi", "oee", *columns, *options)
    return said.exit_code, said.output


def hourly(count: int) -> list[str]:
    """Rows of the last hours, the newest first."""
    newest = NOW.replace(minute=0, second=0)
    return [f"{(newest - timedelta(hours=hour)).isoformat()},{70 + hour % 5}" for hour in range(count)]


@contextmanager
def gone_after_the_rows(database: Database) -> Iterator[None]:
    """The disk is full, or the server goes, when readings have been written and not committed."""

    def fail(_: Connection, cursor: Any, statement: str, *__: object) -> None:
        if not statement.startswith("UPDATE kpi_watches"):
            return
        if database.is_sqlite:
            cursor.execute("PRAGMA max_page_count = 1")
            cursor.execute("CREATE TABLE too_much AS SELECT * FROM readings")
        else:
            with database.engine.connect() as other:
                pid = cursor.connection.info.backend_pid
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", fail)


def kept(database: Database) -> list[tuple[datetime, float, int]]:
    with database.reading() as tx:
        return [(one.at, one.value, one.revision) for one in readings.recent(tx, "oee", limit=100)]


def test_a_file_becomes_history_and_its_latest_value_counts(
    andon: Andon, desk: Path, database: Database
) -> None:
    times = [(NOW - timedelta(minutes=10 * step)).isoformat() for step in range(3)]
    path = written(desk, f"{times[0]},61.4", f"{times[2]},75", f"{times[1]},74.5")
    code, said = imported(andon, path)
    assert (code, said.splitlines()) == (
        0,
        [
            "OEE: 3 new, 0 corrected, 0 known already.",
            f"The latest is of {NOW:%Y-%m-%d %H:%M} UTC.",
            "opened EX-1",
        ],
    )
    assert [value for _, value, _ in kept(database)] == [75, 74.5, 61.4]


def test_the_same_file_again_is_harmless_and_another_value_is_a_correction(
    andon: Andon, desk: Path, database: Database
) -> None:
    imported(andon, written(desk, "2026-01-05 06:00,70", "2026-01-05 07:00,71"))
    _, said = imported(andon, written(desk, "2026-01-05 06:00,70", "2026-01-05 07:00,72"))
    assert "0 new, 1 corrected, 1 known already" in said
    assert [(value, revision) for _, value, revision in kept(database)] == [(70, 1), (72, 2)]


def test_every_wrong_row_is_named_by_its_line_and_nothing_is_imported(
    andon: Andon, desk: Path, database: Database
) -> None:
    rows = [
        *("2026-01-05 06:00,70", "noon,70", "2026-01-05 07:00,much", "2099-01-01 00:00,70"),
        *("2026-01-05 06:00,71", "2026-01-05 08:00,nan", "2026-03-29 02:30,70", "a,b,c"),
    ]
    code, said = imported(andon, written(desk, *rows))
    assert code == 1
    for line, words in {
        3: "'noon' is no time of the form ISO 8601",
        4: "'much' is not a number",
        5: "'2099-01-01 00:00' lies in the future",
        6: "is of the same time as line 2, with another value",
        7: "must be a finite number",
        8: "2026-03-29 02:30:00 does not exist in Europe/Berlin: the clocks went forward",
        9: "has more cells than the header",
    }.items():
        assert f"oee.csv:{line}:1: {words}" in said
    assert "7 errors" in said
    assert kept(database) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (('"at,oee',), ":1:1: is no CSV"),
        (("at,oee", "0001-01-01 00:00,70"), ":2:1: is of a time that no calendar has"),
    ],
)
def test_a_broken_header_and_a_time_before_all_calendars_are_named_by_their_line(
    andon: Andon, desk: Path, database: Database, lines: tuple[str, ...], said: str
) -> None:
    code, output = imported(andon, written(desk, *lines[1:], header=lines[0]))
    assert (code, f"oee.csv{said}" in output) == (1, True)


def test_times_without_an_offset_are_the_plants_and_the_hour_that_comes_twice_is_two_hours(
    andon: Andon, desk: Path, database: Database
) -> None:
    imported(
        andon, written(desk, *(f"2025-10-26 0{hour},70" for hour in ("1:30", "2:30", "2:31", "2:30", "3:30")))
    )
    assert [f"{at:%H:%M}" for at, _, _ in kept(database)] == ["23:30", "00:30", "00:31", "01:30", "02:30"]


def test_the_mapping_is_declared(andon: Andon, desk: Path, database: Database) -> None:
    path = written(desk, "05.01.2026 06:00;61,4 %", header="at;oee")
    options = ("--delimiter", ";", "--time-format", "%d.%m.%Y %H:%M", "--timezone", "UTC", "--source", "MES")
    assert imported(andon, path, *options)[0] == 0
    assert kept(database) == [(datetime(2026, 1, 5, 6, tzinfo=UTC), 61.4, 1)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--kpi", "oeee"), "The plan in force has no KPI 'oeee'; did you mean 'oee'?"),
        (("--time-column", "when"), "has no column 'when'"),
        (("--timezone", "Mars"), "'Mars' is no IANA time zone"),
        (("--delimiter", ""), "--delimiter is one character"),
    ],
)
def test_what_does_not_fit_the_file_or_the_plan_is_said(
    andon: Andon, desk: Path, database: Database, options: tuple[str, str], words: str
) -> None:
    code, said = imported(andon, written(desk, "2026-01-05 06:00,70"), *options)
    assert code in (1, 2)
    assert words in said
    assert kept(database) == []


def test_a_database_that_goes_away_in_the_middle_keeps_nothing_of_the_file(
    andon: Andon, desk: Path, either_database: Database
) -> None:
    path = written(desk, *hourly(2_000))
    with gone_after_the_rows(either_database):
        code, said = imported(andon, path)
    assert code == 1
    assert "the database is" in said
    assert kept(either_database) == []
    assert "2,000 new, 0 corrected, 0 known already" in imported(andon, path)[1]


def test_a_longer_file_is_imported_in_parts_only_if_somebody_says_so(
    andon: Andon, desk: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "MOST_AT_ONCE", 10)
    path = written(desk, *hourly(25))
    code, said = imported(andon, path)
    assert (code, kept(database)) == (2, [])
    assert "25 rows, and 10 can be imported all or nothing. Nothing was imported." in said
    assert "25 new, 0 corrected, 0 known already" in imported(andon, path, "--in-parts")[1]
    assert len(kept(database)) == 25
