"""A plan is applied with a reason, on top of what is in force; a running bot follows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bot.control_plan import ControlPlanError, first_plan
from bot.services.plan_following import PlanFollower
from bot.services.planning import (
    Applied,
    ReasonMissingError,
    UnknownVersionError,
    apply_first_plan,
    apply_plan,
    plan_difference,
    plan_versions_applied,
    version_in_force,
    version_numbered,
)
from bot.store import directory, plan_versions
from bot.store.database import Database
from bot.store.directory import Entry, EntryKind
from bot.store.plan_versions import PlanVersion, StaleBaseError
from bot.store.writer_gate import Priority

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
PLAN = first_plan()
LONGER = PLAN.replace("name: Line 1", "name: Line A")
CALMER = PLAN.replace("    for: 5m  ", "    for: 9m  ")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=4)
    yield database
    database.close()


def apply(
    database: Database, text: str, *, base: int | None = None, by: str = "ana", reason: str = "better"
) -> Applied:
    return apply_plan(database, text=text, file="plan.yaml", base=base, by=by, reason=reason, now=MONDAY)


def test_the_first_plan_becomes_version_1(database: Database) -> None:
    assert apply(database, PLAN) == Applied(1, (), is_new=True)
    assert version_in_force(database) == PlanVersion(1, PLAN, MONDAY, "ana", "better")


def test_a_changed_plan_becomes_the_next_version_and_says_what_changed(database: Database) -> None:
    apply(database, PLAN)
    applied = apply(database, CALMER, base=1)
    assert applied.version == 2
    assert [str(each) for each in applied.differences] == ["changed rules[line-down].for: 5m → 9m"]


def test_a_plan_that_says_nothing_new_makes_no_version(database: Database) -> None:
    apply(database, PLAN)
    assert apply(database, "# A remark.\n" + PLAN) == Applied(1, (), is_new=False)
    assert len(plan_versions_applied(database)) == 1


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_change_needs_a_reason(database: Database, reason: str) -> None:
    with pytest.raises(ReasonMissingError, match="--reason"):
        apply(database, PLAN, reason=reason)
    assert plan_versions_applied(database) == []


def test_whoever_builds_on_an_old_version_is_told_who_was_faster_and_why(database: Database) -> None:
    apply(database, PLAN)
    apply(database, CALMER, base=1, by="bo", reason="too many false alarms")
    with pytest.raises(StaleBaseError, match=r"version 2 is in force: bo .* “too many false alarms”"):
        apply(database, LONGER, base=1)
    assert version_in_force(database).text == CALMER


def test_of_two_who_compared_with_the_same_version_one_is_refused(database: Database) -> None:
    apply(database, PLAN)
    with ThreadPoolExecutor(2) as people:
        tries = [people.submit(apply, database, text, base=1) for text in (CALMER, LONGER)]
    refusals = [each.exception() for each in tries if each.exception()]
    assert [type(refusal) for refusal in refusals] == [StaleBaseError]
    assert "version 2 is in force: ana" in str(refusals[0])


def test_a_plan_with_errors_is_refused_with_all_of_them(database: Database) -> None:
    with pytest.raises(ControlPlanError, match=r"plan.yaml:\d+:\d+"):
        apply(database, PLAN.replace("for: 5m", "for: soon"))
    assert plan_versions_applied(database) == []


def test_a_difference_can_be_looked_at_before_anything_is_applied(database: Database) -> None:
    assert plan_difference(database, PLAN).base == 0
    apply(database, PLAN)
    change = plan_difference(database, CALMER)
    assert (change.base, len(change.differences), change.is_change) == (1, 1, True)
    assert not plan_difference(database, PLAN).is_change


def test_a_plan_can_be_mended_when_the_one_in_force_cannot_be_read(database: Database) -> None:
    broken = PlanVersion(1, "site: [", MONDAY, "ana", "by hand")
    database.write(lambda tx: plan_versions.add(tx, broken), Priority.HOUSEKEEPING)
    assert "cannot read" in str(plan_difference(database, PLAN).differences[0])
    assert apply(database, PLAN).version == 2


def test_every_version_can_be_looked_up(database: Database) -> None:
    with pytest.raises(UnknownVersionError, match="none was applied"):
        version_numbered(database, 1)
    apply(database, PLAN)
    apply(database, CALMER, by="bo", reason="calmer")
    listed = [(each.version, each.applied_by, each.reason) for each in plan_versions_applied(database)]
    assert listed == [(1, "ana", "better"), (2, "bo", "calmer")]
    assert version_numbered(database, 1).text == PLAN
    with pytest.raises(UnknownVersionError, match="from 1 to 2"):
        version_numbered(database, 7)


def test_before_any_plan_an_empty_one_is_in_force(database: Database) -> None:
    follower = PlanFollower(database)
    assert not follower.refresh()
    assert follower.current().version == 0
    assert follower.current().name("maria") == "maria"


def test_a_running_bot_takes_over_a_new_version(database: Database) -> None:
    follower = PlanFollower(database)
    apply(database, PLAN)
    assert follower.refresh()
    assert not follower.refresh()
    apply(database, CALMER)
    assert follower.refresh()
    rule = follower.current().index.rule("line-down")
    assert rule is not None
    assert (follower.current().version, rule.for_) == (2, timedelta(minutes=9))


def test_a_stored_plan_that_cannot_be_read_leaves_the_last_good_one_in_force(database: Database) -> None:
    follower = PlanFollower(database)
    apply(database, PLAN)
    follower.refresh()
    broken = PlanVersion(2, "site: [", MONDAY, "ana", "by hand")
    database.write(lambda tx: plan_versions.add(tx, broken), Priority.HOUSEKEEPING)
    assert not follower.refresh()
    assert follower.current().version == 1
    apply(database, CALMER)
    assert follower.refresh()
    assert follower.current().version == 3


def test_newly_found_slack_accounts_are_taken_over_without_a_new_version(database: Database) -> None:
    follower = PlanFollower(database)
    apply(database, PLAN)
    follower.refresh()
    compiled = follower.current().book
    found = Entry(EntryKind.PERSON, "your-name", "U012AB3CD", None, MONDAY)
    database.write(lambda tx: directory.save(tx, [found]), Priority.HOUSEKEEPING)
    assert follower.refresh()
    assert follower.current().mention("your-name") == "<@U012AB3CD>"
    assert follower.current().book is compiled


def test_a_database_that_cannot_be_reached_leaves_the_plan_as_it_was() -> None:
    follower = PlanFollower(Database("postgresql://andon@127.0.0.1:1/andon?connect_timeout=1", pool_size=1))
    assert not follower.refresh()
    assert follower.current().version == 0


def test_a_first_plan_counts_only_where_there_is_none(database: Database) -> None:
    assert apply_first_plan(database, text=PLAN, file="plan.yaml", now=MONDAY)
    assert not apply_first_plan(database, text=CALMER, file="plan.yaml", now=MONDAY)
    assert version_in_force(database).text == PLAN
