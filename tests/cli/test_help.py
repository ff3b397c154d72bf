"""Every command explains itself, at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import app
from tests.cli.conftest import Andon

HEAVY = (
    "sqlalchemy",
    "slack_sdk",
    "slack_bolt",
    "pydantic",
    "alembic",
    "rich",
    "structlog",
    "cel_expr_python",
)


def commands(group: object, *path: str) -> Iterator[tuple[str, ...]]:
    inner = getattr(group, "commands", None)
    if inner is None:
        yield path
    for name, command in (inner or {}).items():
        yield from commands(command, *path, name)


EVERY_COMMAND = list(commands(typer.main.get_command(app)))


def test_nothing_is_missing_from_the_list_of_commands() -> None:
    assert {" ".join(path) for path in EVERY_COMMAND} == {
        "run", "demo", "version",
        "check", "apply", "init", "replay",
        "list", "show", "suppressions", "digest",
        "manifest", "doctor",
        "plan pull", "plan show", "plan history", "plan schema",
        "readings import",
        "token create", "token list", "token rotate", "token revoke",
        "delivery list", "delivery retry", "delivery drop", "delivery quarantine", "delivery release",
        "audit list", "audit verify", "audit checkpoint", "audit prune", "audit forget",
        "backup", "restore", "export", "prune",
        "db upgrade",
    }  # fmt: skip


@pytest.mark.parametrize("path", EVERY_COMMAND, ids=" ".join)
def test_every_command_says_what_it_does_and_shows_an_example(path: tuple[str, ...]) -> None:
    said = CliRunner().invoke(app, [*path, "--help"], prog_name="andon")
    assert said.exit_code == 0
    assert "Example" in said.output
    assert f"\n    andon {' '.join(path)}" in said.output.replace("ANDON_PORT=9000 ", "")


@pytest.mark.parametrize(
    "group", [(), ("plan",), ("delivery",), ("token",), ("audit",), ("db",)], ids=" ".join
)
def test_what_a_command_does_fits_into_its_line_of_the_list(group: tuple[str, ...]) -> None:
    said = CliRunner().invoke(app, [*group, "--help"], prog_name="andon").output
    assert not [line for line in said.splitlines()[1:] if line.endswith("...")]


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, bot.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert not set(HEAVY) & set(loaded.split())


def test_wrong_usage_ends_with_2(andon: Andon) -> None:
    assert andon("chekc").exit_code == 2
    assert andon("check").exit_code == 2
    assert andon("check", "not-there.yaml").exit_code == 2
    assert andon("apply", "not-there.yaml").exit_code == 2


def test_the_version_is_told(andon: Andon) -> None:
    assert andon("version").output.startswith("andon 0.")
