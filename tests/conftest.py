"""Databases for the tests: each test that asks for one gets its own, fresh and migrated, in milliseconds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import PostgresServer, roomy_memory, running_postgres

pytest_plugins = ["tests.hanging"]

# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of real processes mostly wait: two workers begin with them, and the others keep cores busy."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    waiting = [item for item in items if item.nodeid.startswith("tests/processes/")]
    busy = [item for item in items if not item.nodeid.startswith("tests/processes/")]
    share = -(-len(busy) // workers)
    first = [waiting] if workers == 1 else [waiting[::2], waiting[1::2], *[[]] * (workers - 2)]
    items[:] = [
        item
        for worker in range(workers)
        for item in (*first[worker], *busy[worker * share : (worker + 1) * share])
    ]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL of this test worker, started by the first test that wants it."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty PostgreSQL database, not migrated."""
    with postgres_server.database() as name:
        yield postgres_server.url(name)


@pytest.fixture(scope="session")
def migrated_postgres_template(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a migrated database to copy."""
    with postgres_server.database() as name:
        _upgrade(postgres_server.url(name))
        yield name


@pytest.fixture
def migrated_postgres_url(postgres_server: PostgresServer, migrated_postgres_template: str) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    with postgres_server.database(template=migrated_postgres_template) as name:
        yield postgres_server.url(name)


@pytest.fixture
def sqlite_url() -> Iterator[str]:
    """Where an SQLite database may be made; there is none yet."""
    with tempfile.TemporaryDirectory(prefix="andon-sqlite-", dir=roomy_memory()) as folder:
        yield f"sqlite:///{folder}/andon.db"


@pytest.fixture(scope="session")
def migrated_sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def migrated_sqlite_url(sqlite_url: str, migrated_sqlite_template: Path) -> str:
    """A fresh migrated SQLite database."""
    shutil.copyfile(migrated_sqlite_template, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database; a test that takes it runs on SQLite and on PostgreSQL."""
    wanted = "migrated_sqlite_url" if request.param == "sqlite" else "migrated_postgres_url"
    url: str = request.getfixturevalue(wanted)
    return url


def _upgrade(url: str) -> None:
    # Imported here so that tests without a database do not pay for SQLAlchemy and Alembic.
    from bot.store.migrate import upgrade

    upgrade(url)
