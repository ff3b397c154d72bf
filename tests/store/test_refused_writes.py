"""A database that can be read and takes no writes: named, remembered, and forgotten once it takes them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, insert, text

from bot.store import writability
from bot.store.database import Database, DatabaseUnavailableError, writes
from bot.store.tables import slack_deliveries
from bot.store.writer_gate import Priority
from tests.cast import NOON

MUCH = 100_000


@writes(Priority.PRESS)
def note(tx: Connection, event_id: str) -> None:
    tx.execute(insert(slack_deliveries).values(event_id=event_id, received_at=NOON))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, pool_size=1)
    yield opened
    opened.close()


def take_no_writes(database: Database, *, refuse: bool) -> None:
    """As a file without the right to write, or a server that has become a standby."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.connection.cursor().execute(f"PRAGMA query_only = {int(refuse)}")
        else:
            connection.execute(text("SET TRANSACTION READ WRITE"))
            name = connection.execute(text("SELECT current_database()")).scalar_one()
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = {refuse}"))
            connection.commit()
    if not database.is_sqlite:
        database.engine.dispose()


def test_a_database_without_room_says_so(migrated_sqlite_url: str) -> None:
    database = Database(migrated_sqlite_url, pool_size=1)
    with database.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA max_page_count = 1")
    with pytest.raises(DatabaseUnavailableError, match=r"^the database is out of room: "):
        note(database, "x" * MUCH)
    assert database.refuses_writes
    database.close()


def test_refused_writes_are_remembered_until_one_is_taken(database: Database) -> None:
    assert writability.trouble(database) is None
    take_no_writes(database, refuse=True)
    with pytest.raises(DatabaseUnavailableError, match=r"^the database is read-only: "):
        note(database, "a")
    assert str(writability.trouble(database)).startswith("the database is read-only: ")
    take_no_writes(database, refuse=False)
    assert writability.trouble(database) is None
    assert not database.refuses_writes
    note(database, "a")
