"""No room for a single byte: said at once, nothing half done, and well again as soon as there is some."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from bot.messages.answers import NOT_SAVED
from bot.messages.card_actions import ACKNOWLEDGE
from bot.sandbox.people import Person
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Message
from rules.exception_threads import FactKind, State
from tests.processes.bot_process import BotProcess, alert, eventually, machine_state
from tests.processes.records import Records
from tests.processes.warm_start import WarmStarter

pytestmark = pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="only Linux lets a test take away the room of another process"
)


@contextmanager
def no_room(bot: BotProcess) -> Iterator[None]:
    """Every write of this process to any file fails, that of its log too, as on a disk that is full."""
    unlimited = resource.RLIM_INFINITY
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (1, unlimited))
    yield
    resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))


@pytest.fixture
def database_url(migrated_sqlite_url: str) -> str:
    """The disk of a PostgreSQL server is not Andon's."""
    return migrated_sqlite_url


@pytest.fixture
def bot(
    sandbox: SandboxServer, database_url: str, records: Records, warm: WarmStarter, tmp_path: Path
) -> Iterator[BotProcess]:
    bot = BotProcess(sandbox, database_url, tmp_path, starter=warm)
    bot.start()
    yield bot
    bot.stop()


def test_a_full_disk_is_told_and_nothing_is_half_done(
    bot: BotProcess, sandbox: SandboxServer, records: Records
) -> None:
    maria = sandbox.person("maria")
    assert bot.post(alert("filler")).status_code == 200
    eventually(lambda: not records.undelivered(), "its card is shown")
    [card] = sandbox.workspace.messages("filling")
    assert bot.post(machine_state("down", "boiler", "DOWN")).status_code == 200
    with no_room(bot):
        before = _everything(records)
        answer = bot.post(alert("packer"))
        assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
        assert "nothing of this request was taken" in answer.json()["detail"]
        assert _presses(maria, card) == NOT_SAVED
        assert _ready(bot).status_code == 503
        assert _ready(bot).json()["checks"]["database"].startswith("the database is failing on its disk")
        assert bot.client.get(f"{bot.url}/healthz").is_success
        eventually(records.is_a_clock_late, "a clock has run out and could not ring")
        assert _everything(records) == before

    eventually(lambda: _ready(bot).status_code == 200, "it is ready again")
    assert bot.post(alert("packer")).json()["counts"] == {"opened": 1}
    assert maria.presses(card, ACKNOWLEDGE).ok
    eventually(lambda: _rung(records), "the late clock rings")
    assert _rung(records) in ([1], [1, 2])
    assert records.threads()[0].state is State.ACKNOWLEDGED
    assert sorted(records.event_ids()) == ["down", "filler", "packer"]
    eventually(lambda: sandbox.workspace.messages("packaging"), "the new card is shown")
    assert bot.terminate() == 0


def _presses(maria: Person, card: Message) -> str:
    """What she is told."""
    maria.presses(card, ACKNOWLEDGE)
    eventually(lambda: maria.ephemerals("filling"), "Maria is told")
    return maria.ephemerals("filling")[-1].text


def _ready(bot: BotProcess) -> httpx2.Response:
    return bot.client.get(f"{bot.url}/readyz", timeout=30)


def _everything(records: Records) -> list[object]:
    return [(thread, records.facts(thread)) for thread in records.threads()] + [*records.event_ids()]


def _rung(records: Records) -> list[int]:
    """The tiers that a clock has called, in order."""
    facts = [fact for thread in records.threads() for fact in records.facts(thread)]
    return [fact.detail["tier"] for fact in facts if fact.kind is FactKind.ESCALATED]
