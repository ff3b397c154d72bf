"""Cold start: a process that comes up, migrates a new database and commits its first event."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measuring import Figure, Seconds, rates, seconds

_BARE = "import alembic, cel_expr_python, jinja2, pydantic, slack_bolt, sqlalchemy, starlette"
_ANDON = """
import sys, bot.app
from bench.plant import report, take_in
from bot.store.database import Database
from bot.store.migrate import upgrade
upgrade(sys.argv[1])
take_in(Database(sys.argv[1]), [report("DOWN", "first")])
"""


def cold_start(rounds: int) -> Iterator[Figure]:
    """Against a process that only imports the same libraries."""
    yield rates(
        "cold start to the first commit",
        "SQLite FULL",
        unit="starts/s",
        amount=1,
        rounds=rounds,
        bare=lambda: _run(_BARE),
        andon=lambda: _run(_ANDON),
    )


def _run(code: str) -> Seconds:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'andon.db'}"
        command = [sys.executable, "-c", code, url]
        return seconds(lambda: subprocess.run(command, check=True))  # noqa: S603 - our own code
