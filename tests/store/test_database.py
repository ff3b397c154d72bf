"""How a transaction waits, gives up, is retried and is announced."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from time import monotonic

import psycopg
import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from bot.store.database import Database, DatabaseUnavailableError, writes
from bot.store.tables import slack_deliveries
from bot.store.writer_gate import Priority
from tests.cast import NOON
from tests.deadlines import eventually, quickest

DEADLINE = 60.0


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@writes(Priority.PRESS)
def note(tx: Connection, event_id: str, at: datetime = NOON) -> None:
    tx.execute(insert(slack_deliveries).values(event_id=event_id, received_at=at))


@writes(Priority.PRESS)
def note_and_stumble(tx: Connection, event_id: str) -> None:
    tx.execute(insert(slack_deliveries).values(event_id=event_id, received_at=NOON))
    raise ZeroDivisionError


def noted(database: Database) -> list[str]:
    with database.reading() as tx:
        return list(
            tx.execute(select(slack_deliveries.c.event_id).order_by(slack_deliveries.c.event_id)).scalars()
        )


@contextmanager
def another_writer(database: Database) -> Iterator[None]:
    """Another process holds what a writer needs: SQLite's one write lock, or the table on PostgreSQL."""
    url = database.engine.url
    if database.is_sqlite:
        other = sqlite3.connect(str(url.database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
    else:
        location = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(location) as connection:
            connection.execute("LOCK TABLE slack_deliveries IN ACCESS EXCLUSIVE MODE")
            yield
            connection.rollback()


def seconds_until_refused(database: Database, why: str | None = None) -> float:
    """How long a press waits for a database that does not take it."""
    started = monotonic()
    with pytest.raises(DatabaseUnavailableError, match=why):
        note(database, "press")
    return monotonic() - started


def test_a_use_case_is_one_transaction_or_nothing(database: Database) -> None:
    note(database, "a")
    with pytest.raises(ZeroDivisionError):
        note_and_stumble(database, "b")
    assert noted(database) == ["a"]


def test_a_press_gives_up_within_two_seconds_and_certainly_did_not_commit(database: Database) -> None:
    note(database, "before")
    with another_writer(database):
        waited = quickest(lambda: seconds_until_refused(database, "locked by another writer"), enough=2.9)
    assert 1.5 < waited < 2.9
    note(database, "after")
    assert noted(database) == ["after", "before"]


def test_a_press_gives_up_within_two_seconds_behind_a_writer_of_its_own_process(database: Database) -> None:
    busy, done = threading.Event(), threading.Event()

    def work(tx: Connection) -> None:
        tx.execute(insert(slack_deliveries).values(event_id="press", received_at=NOON))
        busy.set()
        assert done.wait(DEADLINE)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(database.write, work, Priority.INTAKE)
        assert busy.wait(DEADLINE)
        waited = quickest(lambda: seconds_until_refused(database), enough=2.9)
        done.set()
        writing.result(DEADLINE)
    assert 1.5 < waited < 2.9
    assert noted(database) == ["press"]


def _noting(order: list[Priority], priority: Priority) -> Callable[[Connection], None]:
    return lambda _: order.append(priority)


def _is_standing(database: Database, number: int) -> bool:
    """The gate is the database's own affair, and nothing else shows who queues before it."""
    return database._gate.waiting == number


def test_on_sqlite_a_press_goes_before_intake_that_came_earlier(migrated_sqlite_url: str) -> None:
    database = Database(migrated_sqlite_url)
    busy, done = threading.Event(), threading.Event()
    order: list[Priority] = []

    def hold(_: Connection) -> None:
        busy.set()
        assert done.wait(DEADLINE)

    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(database.write, hold, Priority.HOUSEKEEPING)]
        assert busy.wait(DEADLINE)
        for standing, priority in enumerate((Priority.INTAKE, Priority.PRESS), start=1):
            writing.append(pool.submit(database.write, _noting(order, priority), priority))
            eventually(partial(_is_standing, database, standing), within=DEADLINE, what="it queues")
        done.set()
        for each in writing:
            each.result(DEADLINE)
    assert order == [Priority.PRESS, Priority.INTAKE]
    database.close()


def test_on_sqlite_nobody_slips_in_between_what_a_writer_reads_and_writes(migrated_sqlite_url: str) -> None:
    """Another process would otherwise make what was read untrue, and this one fail without having waited."""
    bot, command = Database(migrated_sqlite_url), Database(migrated_sqlite_url)

    def work(tx: Connection) -> None:
        assert tx.execute(select(slack_deliveries)).all() == []
        with pytest.raises(DatabaseUnavailableError, match="locked"):
            note(command, "b")
        tx.execute(insert(slack_deliveries).values(event_id="a", received_at=NOON))

    bot.write(work, Priority.INTAKE)
    assert noted(bot) == ["a"]
    bot.close()
    command.close()


def test_a_press_gives_up_in_time_when_every_connection_is_in_use(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    with ExitStack() as everybody:
        for _ in range(2):
            everybody.enter_context(database.reading())
        waited = quickest(lambda: seconds_until_refused(database, "connections"), enough=2.9)
    assert waited < 2.9
    note(database, "after")
    assert noted(database) == ["after"]
    database.close()


def test_readers_are_not_held_up_by_a_writer(database: Database) -> None:
    note(database, "a")

    def work(tx: Connection) -> list[str]:
        tx.execute(insert(slack_deliveries).values(event_id="b", received_at=NOON))
        return noted(database)

    assert database.write(work, Priority.INTAKE) == ["a"]


def test_commits_are_announced_and_failures_are_not(database: Database) -> None:
    told: list[list[str]] = []
    database.on_commit.append(lambda: told.append(noted(database)))
    note(database, "a")
    with pytest.raises(ZeroDivisionError):
        note_and_stumble(database, "b")
    assert told == [["a"]]


def test_what_the_database_forbids_is_not_called_unavailable(database: Database) -> None:
    note(database, "a")
    with pytest.raises(IntegrityError):
        note(database, "a")


def test_a_database_that_is_gone_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    nowhere = tmp_path_factory.mktemp("gone")
    for url in (f"sqlite:///{nowhere}/missing/andon.db", f"postgresql://postgres@/andon?host={nowhere}"):
        database = Database(url)
        with pytest.raises(DatabaseUnavailableError, match="not reachable"):
            note(database, "a")
        with pytest.raises(DatabaseUnavailableError), database.reading():
            pass
        database.close()


def test_a_connection_that_broke_while_nobody_looked_is_replaced(migrated_postgres_url: str) -> None:
    database = Database(migrated_postgres_url)
    note(database, "a")
    location = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(location, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    note(database, "b")
    assert noted(database) == ["a", "b"]
    database.close()


def test_a_server_that_vanishes_without_a_word_is_given_up_after_half_a_minute(
    migrated_postgres_url: str,
) -> None:
    database = Database(migrated_postgres_url)
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        agreed = {name: value for name, value in driver.info.get_parameters().items() if value.isdigit()}
    database.close()
    idle, interval, count = (int(agreed[f"keepalives_{name}"]) for name in ("idle", "interval", "count"))
    assert idle + interval * count <= 30
    assert int(agreed["tcp_user_timeout"]) <= 30_000


def test_two_that_deadlock_both_get_through(migrated_postgres_url: str) -> None:
    database = Database(migrated_postgres_url)
    for name in ("a", "b"):
        note(database, name)
    both_hold_one = threading.Barrier(2)
    attempts: list[str] = []

    def cross(names: tuple[str, str]) -> None:
        def work(tx: Connection) -> None:
            attempts.append(names[0])
            for name in names:
                tx.execute(
                    select(slack_deliveries).where(slack_deliveries.c.event_id == name).with_for_update()
                )
                if len(attempts) <= 2 and name == names[0]:
                    both_hold_one.wait(DEADLINE)

        database.write(work, Priority.CLOCK)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(cross, [("a", "b"), ("b", "a")]))
    assert len(attempts) == 3
    database.close()


def test_times_are_kept_in_utc_to_the_microsecond(database: Database) -> None:
    tokyo = datetime(2026, 3, 2, 21, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    note(database, "a", tokyo)
    with database.reading() as tx:
        kept = tx.execute(select(slack_deliveries.c.received_at)).scalar_one()
    assert (kept, kept.tzinfo) == (tokyo, UTC)


def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="times are aware UTC"):
        note(database, "a", NOON.replace(tzinfo=None))


def test_sqlite_loses_nothing_that_was_committed_when_the_power_fails(migrated_sqlite_url: str) -> None:
    database = Database(migrated_sqlite_url)
    with database.reading() as tx:
        settings = [
            tx.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert settings == ["wal", 2, 1]
    database.close()
