"""A line whose machine is heard of now and then, and a database for each replay of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from structlog.testing import capture_logs

from bot.replay.account import Account
from bot.replay.recorded import Recorded
from bot.replay.replaying import replay
from bot.services.plan_in_force import PlanInForce
from bot.store.database import Database
from tests.cast import plan_in_force

Replayed = Callable[..., Account]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Logs of a bot that nobody has configured are rendered richly, which takes seconds a traceback."""
    with capture_logs():
        yield


@pytest.fixture(scope="session")
def replayed(migrated_sqlite_template: Path) -> Replayed:
    """Replay rows in a database of their own: `replayed(rows, plan=…, habits=…, until=…)`."""

    def run(rows: list[Recorded], *, plan: PlanInForce | None = None, **how: object) -> Account:
        with _copy(migrated_sqlite_template) as database:
            account: Account = replay(database, rows, plan=plan or plan_in_force(), **how)  # type: ignore[arg-type]  # stories pass keywords on
            return account

    return run


@contextmanager
def _copy(template: Path) -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "replay.db"
        shutil.copyfile(template, path)
        database = Database(f"sqlite:///{path}", pool_size=1)
        yield database
        database.close()
