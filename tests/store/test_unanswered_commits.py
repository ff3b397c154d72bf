"""The connection breaks within COMMIT: PostgreSQL is asked how it ended, and nothing false is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event

from bot.services import inbox
from bot.store.database import Database, DatabaseUnavailableError, OutcomeUnknownError
from bot.store.slack_deliveries import is_any_due

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOW + inbox.HELD_FOR

Breaking = Callable[[Any], None]
"""What happens to the driver's connection at COMMIT."""


class Breakable:
    """A database whose next COMMIT breaks off."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.is_away = False
        self._breaking: Breaking | None = None
        event.listen(self.database.engine, "commit", self._commit)
        event.listen(self.database.engine, "do_connect", self._connect)

    def breaks(self, breaking: Breaking, *, for_good: bool = False) -> None:
        self._breaking = breaking
        self._for_good = for_good

    def saves(self) -> bool:
        return inbox.first_time(self.database, "Ev1", {}, NOW)

    def has_saved(self) -> bool:
        self.is_away = False
        with self.database.reading() as tx:
            return is_any_due(tx, LATER)

    def _commit(self, connection: Connection) -> None:
        breaking, self._breaking = self._breaking, None
        if breaking is not None:
            self.is_away = self._for_good
            breaking(connection.connection.dbapi_connection)

    def _connect(self, *_: object) -> None:
        if self.is_away:
            raise psycopg.OperationalError("connection refused")


def commits_and_breaks(driver: psycopg.Connection[Any]) -> None:
    driver.commit()
    driver.close()


def breaks_before_it_commits(driver: psycopg.Connection[Any]) -> None:
    driver.close()


@pytest.fixture
def breakable(migrated_postgres_url: str) -> Iterator[Breakable]:
    made = Breakable(migrated_postgres_url)
    yield made
    made.database.close()


def test_what_was_committed_counts_though_nobody_heard_so(breakable: Breakable) -> None:
    breakable.breaks(commits_and_breaks)
    assert breakable.saves() is True
    assert breakable.has_saved()


def test_what_was_not_committed_is_said_to_be_so(breakable: Breakable) -> None:
    breakable.breaks(breaks_before_it_commits)
    with pytest.raises(DatabaseUnavailableError) as failure:
        breakable.saves()
    assert not isinstance(failure.value, OutcomeUnknownError)
    assert not breakable.has_saved()


@pytest.mark.parametrize(
    ("breaking", "saved"), [(commits_and_breaks, True), (breaks_before_it_commits, False)]
)
def test_what_cannot_be_known_is_called_neither(
    breakable: Breakable, breaking: Breaking, saved: bool
) -> None:
    breakable.breaks(breaking, for_good=True)
    with pytest.raises(OutcomeUnknownError, match="whether it did is not known"):
        breakable.saves()
    assert breakable.has_saved() is saved
