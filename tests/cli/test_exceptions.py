"""What is open and what became of it, without Slack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.control_plan import load
from bot.services import presses
from bot.services.intake import take_in
from bot.services.judging import judge
from bot.services.plan_in_force import PlanInForce
from bot.services.planning import apply_plan
from bot.store.database import Database
from bot.store.tables import outbox
from rules.events import Event
from tests.cli.conftest import Andon

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)

PLAN = """
site: {key: riverside, name: Riverside, timezone: Europe/Berlin}
areas:
  - key: filling
    name: Filling
    channel: "#filling"
    work_centers: [{key: line-1, name: Line 1, work_units: [{key: filler-1, name: Filler 1}]}]
people:
  - {key: maria, name: Maria Jansen, slack: U000MARIA, roles: {team_lead: ["*"]}}
catch_all: {channel: "#filling", owner: team_lead, policy: standard}
escalation_policies:
  standard: {tiers: [{notify: [owner]}], clocks: {respond: [5m], contain: [15m]}}
rules:
  - key: line-down
    on: machine.state
    when: event.data.state == "DOWN"
    severity: high
    title: "{{ event.subject }} down: {{ event.data.reason }}"
    owner: team_lead
    policy: standard
"""


@pytest.fixture
def database(migrated: str) -> Iterator[Database]:
    """EX-1 is open: the filler is down, for a reason with an ampersand."""
    database = Database(migrated, pool_size=2)
    apply_plan(database, text=PLAN, file="p", base=None, by="ana", reason="first", now=MONDAY)
    down = Event(
        "1", "/plc", "machine.state", "filler-1", MONDAY, {"state": "DOWN", "reason": "caps & corks"}
    )
    plan = plan_in_force()
    take_in(database, judge([down], plan), plan=plan, now=MONDAY)
    yield database
    database.close()


def plan_in_force() -> PlanInForce:
    return PlanInForce.compile(1, load(PLAN, file="p"), {})


def mark_of_a_dead_delivery(database: Database) -> str:
    with database.engine.begin() as tx:
        dead = update(outbox).values(state="dead", attempts=1, error="is_archived: The channel is archived.")
        first = tx.execute(dead.where(outbox.c.seq == 1).returning(outbox.c.mark))
        return str(first.scalar_one())


def test_nothing_needs_work_in_a_quiet_plant(andon: Andon, migrated: str) -> None:
    assert andon("list").output == "Nothing needs work.\n"


def test_what_is_open_is_listed_in_columns(andon: Andon, database: Database) -> None:
    heading, line = andon("list").output.splitlines()
    assert heading.split() == ["EXCEPTION", "SEVERITY", "STATE", "SINCE", "OWNER", "WHERE", "TITLE"]
    assert line.startswith("EX-1       high      open   2026-11-23 06:00 UTC  Maria Jansen  Filler 1")
    assert line.endswith("filler-1 down: caps & corks")


def test_the_list_can_be_narrowed_down(andon: Andon, database: Database) -> None:
    assert "EX-1" in andon("list", "--area", "filling", "--owner", "maria").output
    unknown = andon("list", "--area", "filing")
    assert (unknown.exit_code, "did you mean 'filling'?" in unknown.output) == (2, True)
    assert andon("list", "--owner", "mario").exit_code == 2


@pytest.mark.parametrize("name", ["EX-1", "ex1", "1"])
def test_one_exception_is_told_with_its_timeline(andon: Andon, database: Database, name: str) -> None:
    later = MONDAY + timedelta(minutes=2)
    presses.acknowledge(database, 1, by="maria", seen=1, plan=plan_in_force(), now=later)
    told = andon("show", name).output
    assert told.startswith(
        "EX-1 · high · acknowledged since 2026-11-23 06:02 UTC\nfiller-1 down: caps & corks"
    )
    assert "contain by   2026-11-23 06:17 UTC (15 min allowed)" in told
    assert "2026-11-23 06:00 UTC  Opened\n" in told
    assert "2026-11-23 06:02 UTC  Maria Jansen acknowledged it\n" in told


def test_an_exception_that_is_not_there_is_told(andon: Andon, database: Database) -> None:
    unknown = andon("show", "EX-9")
    assert unknown.exit_code == 1
    assert "`andon list` shows those that are open" in unknown.output
    assert andon("show", "nine").exit_code == 2


def test_deliveries_without_trouble_are_no_news(andon: Andon, database: Database) -> None:
    assert "Everything was delivered" in andon("delivery", "list").output


def test_a_dead_delivery_is_listed_and_tried_again(andon: Andon, database: Database) -> None:
    mark = mark_of_a_dead_delivery(database)
    assert f"{mark}  dead   card EX-1  #filling  1" in andon("delivery", "list").output
    assert andon("delivery", "retry", mark).exit_code == 0
    again = andon("delivery", "retry", mark)
    assert (again.exit_code, f"Delivery {mark} is pending" in again.output) == (1, True)


def test_a_dead_delivery_can_be_given_up(andon: Andon, database: Database) -> None:
    mark = mark_of_a_dead_delivery(database)
    assert andon("delivery", "drop", mark).output == f"{mark} is dropped.\n"
    assert "Everything was delivered" in andon("delivery", "list").output
    assert andon("delivery", "drop", "nonsense").exit_code == 1


def test_one_exception_is_told_as_json_too(andon: Andon, database: Database) -> None:
    told = json.loads(andon("show", "EX-1", "--json").output)
    assert (told["name"], told["owner"], told["timeline"][0]["kind"]) == ("EX-1", "maria", "opened")
    assert "There is no EX-9" in andon("show", "9", "--json").output


def test_everything_is_exported(andon: Andon, database: Database, desk: Path) -> None:
    said = andon("export", "out.zip", "--since", "2026-11-01")
    assert said.exit_code == 0, said.output
    assert ["exceptions", "1"] in [line.split() for line in said.output.splitlines()]
    assert "out.zip: whole, with its manifest." in said.output
    assert "There is no kind 'event'; did you mean" in andon("export", "o", "--only", "event").output
    assert andon("export", "o", "--since", "yesterday").exit_code == 2
    assert not (desk / "o").exists()
