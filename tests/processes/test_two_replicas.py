"""Two replicas, of which one is killed and one stands still past its lease: the other does it all."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox.server import SandboxServer
from tests.processes.records import Records
from tests.processes.replicas import replicas, stopped_and_killed
from tests.processes.warm_start import WarmStarter


@pytest.fixture
def database_url(migrated_postgres_url: str) -> str:
    """Two bots share a server, not a file."""
    return migrated_postgres_url


def test_one_stands_still_and_one_is_killed(
    sandbox: SandboxServer, database_url: str, records: Records, warm: WarmStarter, tmp_path: Path
) -> None:
    with replicas(sandbox, database_url, tmp_path, warm) as pair:
        account = stopped_and_killed(pair, records)
    assert account.troubles == ()
