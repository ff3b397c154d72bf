"""A bot's core on both databases."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from bot.store.database import Database
from tests.cast import plan_in_force
from tests.services.floor import Floor


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Logs of a bot that nobody has configured are rendered richly, which takes seconds a traceback."""
    with capture_logs():
        yield


@pytest.fixture
def floor(database_url: str) -> Iterator[Floor]:
    """At noon, with the usual plan in force and nothing open."""
    database = Database(database_url)
    yield Floor(database, plan_in_force())
    database.close()


@pytest.fixture
def two_replicas(migrated_postgres_url: str) -> Iterator[tuple[Floor, Floor]]:
    """Two processes' worth of bot on one PostgreSQL."""
    databases = [Database(migrated_postgres_url) for _ in range(2)]
    first, second = (Floor(database, plan_in_force()) for database in databases)
    yield first, second
    for database in databases:
        database.close()


@pytest.fixture
def migrated_sqlite_floor(migrated_sqlite_url: str) -> Iterator[Floor]:
    """The same on SQLite alone, for stories whose SQL others tell on both databases."""
    database = Database(migrated_sqlite_url)
    yield Floor(database, plan_in_force())
    database.close()
