"""The ground: a migrated database for each seed, on one engine, so that statements are compiled once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store.engine import create
from bot.store.migrate import upgrade
from tests.postgres import roomy_memory


class SqliteGround:
    """One file, laid anew for each seed."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        self._path = folder / "andon.db"
        upgrade(f"sqlite:///{self._template}")
        self.engine = create(f"sqlite:///{self._path}", pool_size=1)
        event.listen(self.engine, "connect", _trust_the_machine)

    def fresh(self) -> Engine:
        """An empty migrated database."""
        self.engine.dispose()
        for leftover in self._path.parent.glob("andon.db*"):
            leftover.unlink()
        shutil.copyfile(self._template, self._path)
        return self.engine


@contextmanager
def sqlite_ground() -> Iterator[SqliteGround]:
    """Ground for as many seeds as wanted."""
    with tempfile.TemporaryDirectory(prefix="andon-simulation-", dir=roomy_memory()) as folder:
        ground = SqliteGround(Path(folder))
        try:
            yield ground
        finally:
            ground.engine.dispose()


def _trust_the_machine(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Here processes die between transactions and machines never do."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
