"""A database that lives as long as one replay and does not care to survive a power cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store.database import Database
from bot.store.migrate import upgrade


@contextmanager
def scratch_database() -> Iterator[Database]:
    """A fresh migrated SQLite database, gone at the end."""
    with TemporaryDirectory(prefix="andon-replay-") as folder:
        url = f"sqlite:///{Path(folder) / 'replay.db'}"
        upgrade(url)
        database = Database(url, pool_size=1)
        event.listen(database.engine, "connect", _do_without_durability)
        try:
            yield database
        finally:
            database.close()


def _do_without_durability(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
