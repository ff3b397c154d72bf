"""A plant with a workspace, a database with its plan applied, and the bot as a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.messages.manifest import manifest
from bot.sandbox.server import SandboxServer
from bot.services.planning import apply_plan
from bot.store.database import Database
from tests.processes.bot_process import BotProcess
from tests.processes.records import Records

PLAN = Path(__file__).with_name("plant.yaml")
CHANNELS = ("filling", "packaging", "utilities", "dispatch", "control-room", "escalations")
PEOPLE = {"maria": "Maria Jansen", "fatima": "Fatima Haddad", "claire": "Claire Dubois"}


@contextmanager
def workspace(**limits: Any) -> Iterator[SandboxServer]:
    """A Slack workspace with the people and channels of the plan; `limits` make it a lesser one."""
    sandbox = SandboxServer(**limits)
    for key, name in PEOPLE.items():
        sandbox.workspace.add_user(key, real_name=name, email=f"{key}@plant.example")
    for channel in CHANNELS:
        sandbox.workspace.add_channel(channel)
    sandbox.workspace.install(manifest=manifest(socket_mode=True, request_url=None))
    sandbox.start()
    try:
        yield sandbox
    finally:
        sandbox.stop()


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with workspace() as sandbox:
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
