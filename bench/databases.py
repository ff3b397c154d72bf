"""The databases: SQLite as in production (synchronous=FULL), and PostgreSQL with durability on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.postgres import PostgresServer, running_postgres

SQLITE = "SQLite FULL"
POSTGRESQL = "PostgreSQL"


@contextmanager
def sqlite_database() -> Iterator[Database]:
    """A fresh migrated database in a file, in the temporary folder of this machine."""
    with (
        TemporaryDirectory(prefix="andon-bench-") as folder,
        _migrated(f"sqlite:///{Path(folder) / 'andon.db'}") as database,
    ):
        yield database


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """The server of the tests, with the durability that they do without."""
    with running_postgres(durable=True) as server:
        yield server


@contextmanager
def postgres_database(server: PostgresServer) -> Iterator[Database]:
    """A fresh migrated database on the server."""
    with server.database() as name, _migrated(server.url(name)) as database:
        yield database


@contextmanager
def _migrated(url: str) -> Iterator[Database]:
    upgrade(url)
    database = Database(url)
    try:
        yield database
    finally:
        database.close()
