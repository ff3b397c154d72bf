"""kill -9 at any moment: no event is lost or counted twice, no note lost or shown twice, no clock missed.

Twenty kills on the two databases together; `make kills KILLS=200` makes as many as you like on each.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.sandbox.server import SandboxServer
from tests.processes.kill_story import KillStory, Script
from tests.processes.warm_start import WarmStarter

SEED = int(os.environ.get("ANDON_TEST_SEED", "1"))
SCRIPT = Script(kills=10)


@pytest.mark.parametrize("database", ["sqlite_url", "postgres_url"])
def test_killed_again_and_again(
    database: str, sandbox: SandboxServer, warm: WarmStarter, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url: str = request.getfixturevalue(database)
    story = KillStory(sandbox, url, tmp_path, warm, SEED, SCRIPT)
    account = story.run()
    assert account.troubles == (), f"seed {SEED}: {account.lines()}"
    assert story.struck.total() == SCRIPT.kills
