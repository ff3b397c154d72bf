"""`/andon audit`: what a manager asks, and whom the plan lets ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from bot.services import presses
from bot.services.people import PermissionDeniedError
from bot.store.database import Database
from handlers.commands.auditing import audit
from handlers.commands.call import Call
from rules.commands import parse_command
from rules.commands.audit import Audit
from tests.cast import MARIA, plan_in_force
from tests.handlers.desk import desk_with
from tests.messages.cast import lines
from tests.services.floor import Floor


@pytest.fixture
def database(migrated_sqlite_url: str) -> Iterator[Database]:
    """Maria has acknowledged EX-1."""
    database = Database(migrated_sqlite_url)
    floor = Floor(database, plan_in_force())
    floor.hears()
    presses.acknowledge(database, 1, by=MARIA, seen=None, plan=floor.plan, now=floor.now)
    yield database
    database.close()


def asked(database: Database, typed: str, *, reserved: bool = False) -> list[str]:
    """What Fatima reads."""
    desk = desk_with(database)
    if reserved:
        plan = plan_in_force(permissions={"audit": ["plant_manager"]})
        object.__setattr__(desk, "plan", lambda: plan)
    command = parse_command(typed)
    assert isinstance(command, Audit)
    return lines(audit(Call(desk, WebClient(), {"user_id": "U0FATIMA1"}), command))


@pytest.mark.parametrize("typed", ["audit", "audit EX-1", "audit ex 1", "log ex1", "audit 1"])
def test_who_changed_what_is_answered(database: Database, typed: str) -> None:
    assert asked(database, typed)[-1].endswith("*EX-1 acknowledged* by Maria · state open → acknowledged")


def test_nothing_is_said_of_what_nobody_touched(database: Database) -> None:
    assert asked(database, "audit plan")[0].startswith("Nobody has changed anything of plan")


def test_the_plan_may_reserve_it(database: Database) -> None:
    with pytest.raises(PermissionDeniedError, match="Only plant_manager may audit here"):
        asked(database, "audit EX-1", reserved=True)
