"""Two replicas, restarted one after the other under load: nobody notices."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.server import SandboxServer
from tests.processes.records import Records
from tests.processes.replicas import replicas, restarted_under_load
from tests.processes.warm_start import WarmStarter


@pytest.fixture
def database_url(migrated_postgres_url: str) -> str:
    """Two bots share a server, not a file."""
    return migrated_postgres_url


def test_nobody_notices_a_rolling_restart(
    sandbox: SandboxServer, database_url: str, records: Records, warm: WarmStarter, tmp_path: Path
) -> None:
    with replicas(sandbox, database_url, tmp_path, warm) as pair:
        account, presser, _ = restarted_under_load(pair, records)
    assert account.troubles == ()
    assert (account.unanswered, account.refused) == (0, 0)
    assert presser.failed_but_done == set()
