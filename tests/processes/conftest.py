"""A plant with a workspace, a database with its plan applied, and the bot as a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox.server import SandboxServer
from bot.services.planning import apply_plan
from bot.store.database import Database
from bot.store.migrate import upgrade
from tests.processes.bot_process import BotProcess
from tests.processes.records import Records
from tests.processes.warm_start import WarmStarter, warm_starter
from tests.processes.workspace import workspace

PLAN = Path(__file__).with_name("plant.yaml")


@pytest.fixture
def ack_seconds() -> float:
    """How long Slack waits for an answer; more than that where nothing but a slow machine can be late."""
    return 3.0


@pytest.fixture
def sandbox(ack_seconds: float) -> Iterator[SandboxServer]:
    with workspace(ack_seconds=ack_seconds) as sandbox:
        yield sandbox


@contextmanager
def prepared(url: str) -> Iterator[Records]:
    """A migrated database with the plan in force."""
    database = Database(url)
    text = PLAN.read_text(encoding="utf-8")
    now = datetime.now(UTC)
    apply_plan(database, text=text, file=PLAN.name, base=0, by="tests", reason="the first plan", now=now)
    try:
        yield Records(database)
    finally:
        database.close()


@contextmanager
def fresh(url: str) -> Iterator[Records]:
    """The same of a database that is still empty."""
    upgrade(url)
    with prepared(url) as records:
        yield records


@pytest.fixture
def records(database_url: str) -> Iterator[Records]:
    """What stands in the database, on SQLite and on PostgreSQL."""
    with prepared(database_url) as records:
        yield records


@pytest.fixture
def bot(sandbox: SandboxServer, database_url: str, records: Records, tmp_path: Path) -> Iterator[BotProcess]:
    """Not started yet; ended after the test, whatever happened."""
    bot = BotProcess(sandbox, database_url, tmp_path)
    yield bot
    bot.stop()


@pytest.fixture(scope="session")
def warm() -> Iterator[WarmStarter]:
    """What starts a bot in a tenth of the time."""
    with warm_starter() as starter:
        yield starter
