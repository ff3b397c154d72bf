"""Maintenance windows on the terminal."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import SystemClock
from bot.services.suppressions import suppress
from bot.store.database import Database
from rules.suppressions import Matcher
from tests.cli.conftest import Andon
from tests.cli.test_exceptions import database, plan_in_force

__all__ = ["database"]


def test_nothing_is_silent_in_a_usual_plant(andon: Andon, migrated: str) -> None:
    assert andon("suppressions").output == "Nothing is silent.\n"


def test_what_is_silent_is_listed_and_what_has_been_on_demand(andon: Andon, database: Database) -> None:
    now, plan = SystemClock().now(), plan_in_force()
    for matcher, begun in ((Matcher(places=("line-1",)), 0), (Matcher(rules=("line-down",)), 48)):
        then = now - timedelta(hours=begun)
        suppress(
            database, matcher=matcher, begins=then, ends=then + timedelta(hours=4), reason="works",
            by="maria", plan=plan, now=then,
        )  # fmt: skip
    heading, line = andon("suppressions").output.splitlines()
    assert heading.split() == ["WHAT", "FROM", "UNTIL", "BY", "HELD", "BACK", "REASON"]
    assert line.split()[:3] == ["SU-1", "Line", "1"]
    assert line.endswith("Maria Jansen  0×         works")
    assert [each.split()[0] for each in andon("suppressions", "--all").output.splitlines()[1:]] == [
        "SU-2",
        "SU-1",
    ]
