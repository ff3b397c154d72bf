"""PostgreSQL restarts under load: nothing is lost, nothing happens twice. `make faults` tells longer ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.server import SandboxServer
from tests.postgres import PostgresServer, running_postgres
from tests.processes.bot_process import BotProcess
from tests.processes.conftest import fresh
from tests.processes.rough_weather import database_restarted
from tests.processes.warm_start import WarmStarter

SEED = int(os.environ.get("ANDON_TEST_SEED", "1"))


@pytest.fixture
def durable_postgres() -> Iterator[PostgresServer]:
    with running_postgres(durable=True) as server:
        yield server


def test_postgresql_restarts_under_load(
    durable_postgres: PostgresServer, sandbox: SandboxServer, warm: WarmStarter, tmp_path: Path
) -> None:
    url = durable_postgres.url("postgres")
    bot = BotProcess(sandbox, url, tmp_path, starter=warm)
    try:
        with fresh(url) as records:
            bot.start()
            account = database_restarted(bot, durable_postgres, records, seed=SEED, rounds=1, stoppages=1)
        assert account.troubles == (), f"seed {SEED}: {account.lines()}"
        assert bot.terminate() == 0
    finally:
        bot.stop()
