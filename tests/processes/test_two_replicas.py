"""Two replicas, of which one is killed and one stands still past its lease: the other does it all."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.server import SandboxServer
from tests.processes.account import settle_up
from tests.processes.bot_process import eventually
from tests.processes.records import Records
from tests.processes.replicas import replicas
from tests.processes.traffic import Asker, Presser, at_work
from tests.processes.warm_start import WarmStarter


@pytest.fixture
def database_url(migrated_postgres_url: str) -> str:
    """Two bots share a server, not a file."""
    return migrated_postgres_url


def test_one_stands_still_and_one_is_killed(
    sandbox: SandboxServer, database_url: str, records: Records, warm: WarmStarter, tmp_path: Path
) -> None:
    sandbox.faults.add(Fault("slow", method="chat.*", seconds=0.2))
    with replicas(sandbox, database_url, tmp_path, warm) as pair:
        first, second = pair.bots
        feeders, presser, asker = pair.feeders(1, stoppages=2), Presser(sandbox), Asker(sandbox)
        with at_work(*feeders, presser, asker):
            eventually(lambda: records.under_way_at(first.pid), "the first is sending")
            pair.pause(first)
            _answered_by_the_other(asker)
            records.shorten_leases_of(first.pid)
            eventually(lambda: not records.under_way_at(first.pid), "the second took over")
            pair.go_on(first)
            pair.kill(second, records)
            _answered_by_the_other(asker)
            pair.start(second)
        eventually(records.is_at_rest, "everything came to rest", timeout=180)
        account = settle_up(records, sandbox, feeders, [presser])
        assert account.troubles == ()
        assert [bot.terminate() for bot in pair.bots] == [0, 0]


def _answered_by_the_other(asker: Asker) -> None:
    before = asker.answered
    eventually(lambda: asker.answered > before + 1, "somebody is answered by the other")
