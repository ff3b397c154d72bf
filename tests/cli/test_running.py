"""What `andon run` and `andon db upgrade` say before anything runs."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from bot.sandbox.server import SandboxServer
from tests.cli.conftest import Andon


def test_without_tokens_the_bot_does_not_start_and_says_where_they_come_from(andon: Andon) -> None:
    refused = andon("run")
    assert refused.exit_code == 1
    assert "SLACK_BOT_TOKEN: is not set" in refused.output
    assert "SLACK_APP_TOKEN: is not set" in refused.output
    assert "Basic Information" in refused.output


def test_the_example_of_a_token_is_no_token(andon: Andon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "")
    monkeypatch.setenv("ANDON_SLACK_MODE", "http")
    refused = andon("run")
    assert "SLACK_BOT_TOKEN: is still the empty example" in refused.output
    assert "SLACK_SIGNING_SECRET: is not set" in refused.output
    assert "SLACK_APP_TOKEN" not in refused.output


def test_wrong_settings_are_told_in_words(andon: Andon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDON_PORT", "eighty")
    refused = andon("run")
    assert (refused.exit_code, "ANDON_PORT:" in refused.output) == (1, True)


def test_a_database_that_cannot_be_reached_is_told_without_its_password(
    andon: Andon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANDON_DATABASE_URL", "postgresql://andon:hunter2@127.0.0.1:1/andon")
    for words in (["db", "upgrade"], ["list"], ["plan", "show"]):
        refused = andon(*words)
        assert refused.exit_code == 1
        assert "127.0.0.1" in refused.output
        assert "hunter2" not in refused.output


def test_a_database_that_a_newer_andon_has_upgraded_is_left_alone_and_says_so(
    andon: Andon, migrated: str
) -> None:
    with closing(sqlite3.connect(migrated.removeprefix("sqlite:///"))) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    refused = andon("db", "upgrade")
    assert refused.exit_code == 1
    assert "Install the newer Andon again" in refused.output


def test_a_first_plan_with_errors_stops_the_start(
    andon: Andon, migrated: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    monkeypatch.setenv("ANDON_CONTROL_PLAN", "not-there.yaml")
    refused = andon("run")
    assert (refused.exit_code, "not-there.yaml cannot be read" in refused.output) == (1, True)


def test_a_bot_starts_with_its_first_plan_and_drains_on_sigterm(
    andon: Andon, desk: Path, plan_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real process against a sandbox; nothing is prepared but the settings and a plan."""
    slack = SandboxServer()
    slack.workspace.add_channel("andon")
    slack.start()
    port = free_port()
    settings = {
        "SLACK_API_URL": f"{slack.url}/api/",
        "SLACK_BOT_TOKEN": slack.workspace.bot_token,
        "SLACK_APP_TOKEN": slack.workspace.app_token,
        "ANDON_CONTROL_PLAN": str(plan_file),
        "ANDON_PORT": str(port),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with subprocess.Popen([sys.executable, "-m", "bot", "run"], stderr=subprocess.DEVNULL) as bot:
        try:
            slack.wait_until(lambda: slack.connections == 1 and is_ready(port), timeout=60)
            assert "the first plan" in andon("plan", "history").output
            bot.send_signal(signal.SIGTERM)
            assert bot.wait(60) == 0
            slack.wait_until(lambda: slack.connections == 0)
        finally:
            bot.kill()
            slack.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
