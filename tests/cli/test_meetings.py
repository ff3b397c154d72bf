"""What a session is told, read on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.cli.thread_text import plan_of
from bot.services.planning import apply_plan
from bot.services.sessions import ring_sessions, schedule_sessions
from bot.store.database import Database
from tests.cli.conftest import PLAN, Andon

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
SESSIONS = """
sessions:
  - key: daily
    name: Daily meeting
    kind: tier-meeting
    schedule: "0 9 * * *"
    facilitator: team_lead
    channel: "#line-1"
"""


@pytest.fixture
def database(migrated: str) -> Database:
    """A plan with a daily meeting is in force."""
    database = Database(migrated, pool_size=2)
    apply_plan(database, text=PLAN + SESSIONS, file="p", base=None, by="ana", reason="first", now=MONDAY)
    return database


def test_a_dry_run_shows_the_digest_and_posts_nothing(andon: Andon, database: Database) -> None:
    said = andon("digest", "daily", "--dry-run")
    assert said.exit_code == 0, said.output
    assert "Nothing drifts. Cancel this meeting" in said.stdout
    again = andon("digest", "daily")
    assert (again.exit_code, "No digest of Daily meeting was posted yet" in again.stderr) == (1, True)
    database.close()


def test_what_was_posted_can_be_read_again(andon: Andon, database: Database) -> None:
    schedule_sessions(database, plan=plan_of(database), now=MONDAY)
    nine = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    ring_sessions(database, plan=plan_of(database), now=nine, limit=1)
    database.close()
    said = andon("digest", "daily")
    assert said.stdout.startswith("Posted 2026-11-23 07:30 UTC\n\nDaily meeting · 2026-11-23 08:00 UTC")


def test_an_unknown_session_is_answered_with_the_one_that_was_meant(andon: Andon, database: Database) -> None:
    database.close()
    said = andon("digest", "dayly", "--dry-run")
    assert (said.exit_code, "did you mean 'daily'?" in said.stderr) == (2, True)
