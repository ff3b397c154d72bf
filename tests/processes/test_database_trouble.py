"""A database that is locked or gone: said at once, nothing half done, and well again by itself."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.messages.answers import NOT_SAVED
from bot.messages.card_actions import ACKNOWLEDGE
from bot.sandbox.people import Person
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Message
from bot.store.migrate import upgrade
from rules.exception_threads import State
from tests.deadlines import quickest
from tests.postgres import running_postgres
from tests.processes.bot_process import BotProcess, alert, eventually
from tests.processes.conftest import prepared
from tests.processes.records import Records, differences

PRESS_SECONDS = 3


@pytest.fixture
def ack_seconds() -> float:
    return 60.0


@contextmanager
def locked(database_url: str) -> Iterator[None]:
    """Another program is in the middle of writing to the file."""
    path = database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def database_url(migrated_sqlite_url: str) -> str:
    """Only SQLite is a file that another program can lock as a whole."""
    return migrated_sqlite_url


def test_a_locked_file_is_told_and_nothing_is_half_done(
    bot: BotProcess, sandbox: SandboxServer, records: Records, database_url: str
) -> None:
    bot.start()
    assert bot.post(alert("filler")).status_code == 200
    maria, card = sandbox.person("maria"), _card(sandbox)
    with locked(database_url):
        waited = quickest(lambda: _press_and_be_told(maria, card), enough=PRESS_SECONDS)
        answer = bot.post(alert("packer"))
    assert waited < PRESS_SECONDS
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
    assert records.event_ids() == ["filler"]
    assert [thread.state for thread in records.threads()] == [State.OPEN]

    assert maria.presses(card, ACKNOWLEDGE).ok
    assert [thread.state for thread in records.threads()] == [State.ACKNOWLEDGED]
    assert bot.post(alert("packer")).json()["counts"] == {"opened": 1}


def test_postgresql_may_go_and_come_back(sandbox: SandboxServer, tmp_path: Path) -> None:
    with running_postgres() as server, prepared(_migrated(server.url("postgres"))) as records:
        bot = BotProcess(sandbox, server.url("postgres"), tmp_path)
        try:
            bot.start()
            assert bot.post(alert("filler")).status_code == 200
            maria, card = sandbox.person("maria"), _card(sandbox)
            with server.stopped():
                assert bot.post(alert("packer")).status_code == 503
                waited = quickest(lambda: _press_and_be_told(maria, card), enough=PRESS_SECONDS)
                assert waited < PRESS_SECONDS
                assert bot.client.get(f"{bot.url}/readyz").status_code == 503
            eventually(lambda: bot.post(alert("packer")).is_success, "it takes events")
            eventually(bot.is_ready, "it is ready")
            assert maria.presses(card, ACKNOWLEDGE).ok
            eventually(lambda: not records.undelivered(), "all is delivered")
            assert sorted(records.event_ids()) == ["filler", "packer"]
            assert differences(records, sandbox) == []
            assert bot.terminate() == 0
        finally:
            bot.stop()


def _migrated(url: str) -> str:
    upgrade(url)
    return url


def _card(sandbox: SandboxServer) -> Message:
    sandbox.wait_until(lambda: sandbox.workspace.messages("filling"))
    [card] = sandbox.workspace.messages("filling")
    return card


def _press_and_be_told(maria: Person, card: Message) -> float:
    """Seconds until she is told that her press was not saved."""
    heard, begun = len(maria.ephemerals("filling")), time.monotonic()
    maria.presses(card, ACKNOWLEDGE)
    eventually(lambda: len(maria.ephemerals("filling")) > heard, "Maria is told")
    assert maria.ephemerals("filling")[-1].text == NOT_SAVED
    return time.monotonic() - begun
