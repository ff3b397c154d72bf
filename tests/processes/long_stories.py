"""The long stories of processes, for `make faults`; their short forms are among the tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from statistics import median

import pytest

from bot.sandbox.server import SandboxServer
from tests.postgres import running_postgres
from tests.processes.account import Account
from tests.processes.bot_process import BotProcess
from tests.processes.conftest import fresh
from tests.processes.records import Records
from tests.processes.replicas import replicas, restarted_under_load, stopped_and_killed
from tests.processes.rough_weather import database_restarted, everything_goes_wrong
from tests.processes.traffic import Pressed
from tests.processes.warm_start import WarmStarter

SEED = int(os.environ.get("ANDON_TEST_SEED", "1"))
ROUNDS = 5
STOPPAGES = 20
KILLS = 2
STORMY = 4


@pytest.fixture
def database_url(migrated_postgres_url: str) -> str:
    """Two bots share a server, not a file."""
    return migrated_postgres_url


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_rolling_restarts(
    mode: str, sandbox: SandboxServer, database_url: str, records: Records, warm: WarmStarter, tmp_path: Path
) -> None:
    settings = {"ANDON_SLACK_MODE": mode, "SLACK_SIGNING_SECRET": sandbox.workspace.signing_secret}
    with replicas(sandbox, database_url, tmp_path, warm, **settings) as pair:
        account, presser, asker = restarted_under_load(pair, records, rounds=ROUNDS, stoppages=STOPPAGES)
    _tell(f"{2 * ROUNDS} restarts, {mode} mode", account, [*presser.presses, *asker.answers])
    assert account.troubles == ()
    assert (account.unanswered, account.refused) == (0, 0)
    assert presser.failed_but_done == set()
    if mode == "http":
        assert [press for press in [*presser.presses, *asker.answers] if press.error] == []


def test_one_stands_still_past_its_whole_lease_and_one_is_killed(
    sandbox: SandboxServer, database_url: str, records: Records, warm: WarmStarter, tmp_path: Path
) -> None:
    with replicas(sandbox, database_url, tmp_path, warm) as pair:
        account = stopped_and_killed(pair, records, with_whole_leases=True)
    sys.stdout.write("\n".join(["\nstopped past a whole lease, then one killed", *account.lines(), ""]))
    assert account.troubles == ()


def test_postgresql_restarts(sandbox: SandboxServer, warm: WarmStarter, tmp_path: Path) -> None:
    with running_postgres(durable=True) as server, fresh(server.url("postgres")) as records:
        bot = BotProcess(sandbox, server.url("postgres"), tmp_path, starter=warm)
        try:
            bot.start()
            account = database_restarted(bot, server, records, seed=SEED, rounds=ROUNDS, stoppages=STOPPAGES)
        finally:
            bot.stop()
    sys.stdout.write("\n".join([f"\n{2 * ROUNDS} restarts of PostgreSQL, seed {SEED}", *account.lines(), ""]))
    assert account.troubles == ()


def test_every_fault_of_slack_at_once(
    sandbox: SandboxServer, sqlite_url: str, warm: WarmStarter, tmp_path: Path
) -> None:
    bot = BotProcess(sandbox, sqlite_url, tmp_path, starter=warm)
    with fresh(sqlite_url) as records:
        try:
            bot.start()
            account = everything_goes_wrong(bot, records, seed=SEED, kills=KILLS, stoppages=STORMY)
        finally:
            bot.stop()
    sys.stdout.write("\n".join([f"\nevery fault at once, {KILLS} kills, seed {SEED}", *account.lines(), ""]))
    assert account.troubles == ()


def _tell(title: str, account: Account, presses: Iterable[Pressed]) -> None:
    answered = sorted(press.seconds for press in presses if press.error is None)
    failed = [press.error for press in presses if press.error]
    lines = [
        f"\n{title}",
        *account.lines(),
        f"presses and commands: {len(answered)} answered, {len(failed)} told by Slack that nobody was there",
        f"answers after {median(answered):.3f} s (median) to {answered[-1]:.3f} s (most)",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
