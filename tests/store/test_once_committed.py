"""What is told of a transaction is told after its commit, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from bot.store.database import Database, once_committed
from bot.store.engine import RacedError
from bot.store.writer_gate import Priority


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def test_what_was_committed_is_told(database: Database) -> None:
    told: list[str] = []

    def work(tx: Connection) -> list[str]:
        once_committed(tx, lambda: told.append("done"))
        return list(told)

    assert database.write(work, Priority.PRESS) == [], "told before the commit"
    assert told == ["done"]


def test_what_was_rolled_back_is_not_told(database: Database) -> None:
    told: list[str] = []

    def work(tx: Connection) -> None:
        once_committed(tx, lambda: told.append("done"))
        raise LookupError("no such thing")

    with pytest.raises(LookupError):
        database.write(work, Priority.PRESS)
    assert told == []


def test_a_transaction_that_is_run_again_is_told_once(database: Database) -> None:
    told: list[int] = []
    tries = iter((1, 2))

    def work(tx: Connection) -> None:
        this = next(tries)
        once_committed(tx, lambda: told.append(this))
        if this == 1:
            raise RacedError("somebody was faster")

    database.write(work, Priority.PRESS)
    assert told == [2]
