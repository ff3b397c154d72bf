"""A desk of one's own: an empty folder, none of our names in the environment, and a keyboard."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
import structlog
from typer.testing import CliRunner

from bot.cli import app
from bot.control_plan import first_plan


class Said(Protocol):
    """What a command left behind; `output` is standard output and error as a terminal shows them."""

    exit_code: int

    @property
    def output(self) -> str: ...

    @property
    def stdout(self) -> str: ...

    @property
    def stderr(self) -> str: ...


Andon = Callable[..., Said]

PLAN = first_plan()
CALMER = PLAN.replace("    for: 5m  ", "    for: 9m  ")


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which commands run; no database is there yet."""
    for name in list(os.environ):
        if name.startswith(("ANDON_", "SLACK_")):
            monkeypatch.delenv(name)
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Commands configure the log of the whole process, on a stream that is gone after the command."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def andon() -> Andon:
    """Type a command: `andon("plan", "show", "2")`."""
    runner = CliRunner()
    return lambda *words: runner.invoke(app, [str(word) for word in words], prog_name="andon")


@pytest.fixture
def migrated(migrated_sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of the migrated database that commands find in their settings."""
    monkeypatch.setenv("ANDON_DATABASE_URL", migrated_sqlite_url)
    return migrated_sqlite_url


@pytest.fixture
def plan_file(desk: Path) -> Path:
    path = desk / "control-plan.yaml"
    path.write_text(PLAN)
    return path
