"""Backup, restore and quarantine on the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.services import quarantine
from bot.store.database import Database
from tests.cli.conftest import Andon
from tests.cli.test_exceptions import database

__all__ = ["database"]


def test_a_backup_is_made_while_the_bot_runs_and_restored_when_it_is_stopped(
    andon: Andon, database: Database, desk: Path
) -> None:
    made = andon("backup", "monday.backup")
    assert made.exit_code == 0, made.output
    assert "monday.backup: " in made.output
    assert "No backup was made. monday.backup is there already." in andon("backup", "monday.backup").output

    refused = andon("restore", "monday.backup", "--replace")
    assert (refused.exit_code, "Nothing was restored." in refused.output) == (1, True)
    assert "Stop the bot first" in refused.output
    database.close()
    assert "With --replace it is set aside" in andon("restore", "monday.backup").output
    said = andon("restore", "monday.backup", "--replace")
    assert said.exit_code == 0, said.output
    assert "What was there is kept: " in said.output
    assert "The next exception is EX-1002." in said.output
    assert "andon delivery release" in said.output
    assert "QUARANTINE since" in andon("delivery", "list").output


def test_a_release_shows_what_waits_and_asks(
    andon: Andon, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = andon("delivery", "quarantine", "--reason", "a rule runs wild")
    assert said.exit_code == 0, said.output
    assert "a rule runs wild" in said.output

    asked = andon("delivery", "release")
    assert (asked.exit_code, "Nothing was sent; the quarantine stands." in asked.output) == (1, True)
    assert "#filling  card  1         2026-11-23 06:00 UTC" in asked.output
    assert "2 would leave" in asked.output
    assert quarantine.standing(database) is not None

    done = andon("delivery", "release", "--drop", "all", "--yes")
    assert done.exit_code == 0, done.output
    assert "1 would leave after --drop all." in done.output
    assert "Released; 1 dropped." in done.output
    assert "Nothing is in quarantine" in andon("delivery", "release", "--yes").output


def test_an_age_that_is_none_is_said(andon: Andon, database: Database) -> None:
    said = andon("delivery", "release", "--drop", "soon")
    assert (said.exit_code, "Write an age such as 4h, or all." in said.output) == (2, True)


def test_the_doctor_names_the_quarantine(andon: Andon, database: Database) -> None:
    andon("delivery", "quarantine", "--reason", "a rule runs wild")
    said = andon("doctor").output
    assert "FAIL  quarantine: nothing is sent to Slack and no clock rings since" in said
    assert "→ `andon delivery release` shows what waits" in said
