"""Backup, restore and quarantine on the terminal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.services import quarantine
from bot.services.intake import take_in
from bot.services.judging import judge
from bot.store.database import Database
from rules.events import Event
from tests.cli.conftest import Andon
from tests.cli.test_exceptions import database, plan_in_force

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
    assert "Messages that waited then: 2; each is looked for in Slack before it is sent." in said.output
    assert "Cards that are drawn anew: 0. The next exception is EX-1002." in said.output
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


def test_what_is_too_old_is_shown_and_deleted_when_told_so(andon: Andon, migrated: str) -> None:
    database = Database(migrated, pool_size=1)
    then = SystemClock().now() - timedelta(days=500)
    plan = plan_in_force()
    take_in(database, judge([Event("1", "/plc", "t", "x", then, {})], plan), plan=plan, now=then)
    database.close()
    shown = andon("prune", "--dry-run").output
    assert "events: 1 would go (older than" in shown
    assert f"  {then:%Y-%m-%d}  1" in shown
    assert shown.count("the oldest there is came in") == 1
    assert "`andon export` keeps what you want to keep" in shown
    assert "Nothing was deleted." in andon("prune").output
    assert "1 records deleted." in andon("prune", "--yes").output
    assert f"gone already: 1, of {then:%Y-%m-%d}" in andon("prune", "--dry-run").output
