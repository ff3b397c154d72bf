"""A workspace that draws no charts, and then takes no files either: whoever asks is answered all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Message
from bot.services.planning import apply_plan
from bot.store.database import Database
from tests.processes.bot_process import TOKEN, BotProcess, eventually
from tests.processes.conftest import PLAN
from tests.processes.records import Records
from tests.processes.workspace import workspace
from tests.scenarios.actors import words_of

NATIVE = "data_visualization"
KPI = (
    "{key: oee, name: OEE of the filler, unit: '%', direction: higher, target: 74, owner: team_lead@filling}"
)


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with workspace(ack_seconds=60.0, without_blocks=[NATIVE]) as sandbox:
        yield sandbox


@pytest.fixture
def database_url(migrated_sqlite_url: str) -> str:
    """The database plays no part here."""
    return migrated_sqlite_url


@pytest.fixture
def bot(sandbox: SandboxServer, database_url: str, records: Records, tmp_path: Path) -> Iterator[BotProcess]:
    """Running, with a figure in its plan that was read three times."""
    _declare(database_url)
    bot = BotProcess(sandbox, database_url, tmp_path)
    bot.start()
    _read(bot, 75, 68, 61.4)
    yield bot
    bot.stop()


def test_a_picture_takes_the_place_of_a_chart_and_bars_that_of_a_picture(
    bot: BotProcess, sandbox: SandboxServer
) -> None:
    assert _asks(sandbox, messages=2) == ["bars", "image"]
    assert _asks(sandbox, messages=2) == ["bars", "image"]
    sandbox.workspace.app.scopes.discard("files:write")
    assert _asks(sandbox, messages=1) == ["bars"]
    eventually(lambda: len(bot.logged("slack.feature_refused")) == 2, "both refusals are logged")
    assert _asks(sandbox, messages=1) == ["bars"]
    assert bot.terminate() == 0
    refused = [(entry["feature"], entry["reason"]) for entry in bot.logged("slack.feature_refused")]
    assert refused == [(NATIVE, "invalid_blocks"), ("files", "missing_scope")]


def _declare(database_url: str) -> None:
    """The plan of all these stories, with a KPI."""
    text = f"{PLAN.read_text(encoding='utf-8')}kpis:\n  - {KPI}\n"
    database = Database(database_url)
    now = datetime.now(UTC)
    apply_plan(database, text=text, file=PLAN.name, base=1, by="tests", reason="a figure to ask for", now=now)
    database.close()


def _read(bot: BotProcess, *values: float) -> None:
    begun = datetime.now(UTC) - timedelta(hours=1)
    for number, value in enumerate(values):
        reading = {"kpi": "oee", "value": value, "time": (begun + number * timedelta(minutes=5)).isoformat()}
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = bot.client.post(f"{bot.url}/v1/readings", json=reading, headers=headers, timeout=60)
        assert answer.json()["readings"][0]["outcome"] == "recorded"


def _asks(sandbox: SandboxServer, *, messages: int) -> list[str]:
    """What Maria sees when she asks how the figure stands, once so many messages have come."""
    maria = sandbox.person("maria")
    before = len(maria.ephemerals("filling"))
    assert maria.types("filling", "/andon kpi oee").ok
    sandbox.wait_until(lambda: len(maria.ephemerals("filling")) >= before + messages, timeout=60)
    seen = maria.ephemerals("filling")[before:]
    assert "61.4 %" in words_of(seen[0])
    return [_kind_of(message) for message in seen]


def _kind_of(message: Message) -> str:
    kinds = {block["type"] for block in message.blocks}
    return next((kind for kind in (NATIVE, "image") if kind in kinds), "bars")
