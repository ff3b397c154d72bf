"""A process that is stopped in the middle of a transaction does not hold up the others for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, text

from bot.store import postgres_commit
from bot.store.database import Database, DatabaseUnavailableError
from bot.store.writer_gate import Priority

DEADLINE = 30.0


@pytest.fixture
def database(migrated_postgres_url: str) -> Iterator[Database]:
    """On SQLite nobody can take a lock from a process that lives; replicas share a server anyway."""
    opened = Database(migrated_postgres_url)
    yield opened
    opened.close()


def test_what_a_stopped_writer_had_locked_is_free_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_commit, "STANDSTILL_SECONDS", 1)
    begun, released = threading.Event(), threading.Event()

    def stand_still(tx: Connection) -> None:
        tx.execute(text("LOCK TABLE pace"))
        begun.set()
        assert released.wait(DEADLINE)
        tx.execute(text("SELECT 1"))

    with ThreadPoolExecutor(1) as stopped:
        standing = stopped.submit(database.write, stand_still, Priority.CLOCK)
        assert begun.wait(DEADLINE)
        database.write(lambda tx: tx.execute(text("LOCK TABLE pace")), Priority.HOUSEKEEPING)
        released.set()
        with pytest.raises(DatabaseUnavailableError):
            standing.result(DEADLINE)
