"""Nobody without the right can do it: every use case that somebody performs asks the plan first."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import func, select

import bot.services
from bot.services import (
    audit_log,
    decision_reviews,
    decisions,
    presses,
    raising,
    readings,
    settling,
    suppressions,
)
from bot.services.people import PermissionDeniedError
from bot.store.tables import metadata
from rules.control_plan import Action
from rules.decisions import Draft, Outcome
from rules.suppressions import Matcher
from tests.cast import after
from tests.kpi_stories import oee
from tests.services.floor import Floor

UseCase = Callable[[Floor, dict[str, Any]], object]

FORM = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
EX_1: dict[str, Any] = {"seen": None}
USE_CASES: Mapping[str, tuple[Action, UseCase]] = {
    "presses.acknowledge": (
        Action.ACKNOWLEDGE,
        lambda floor, who: presses.acknowledge(floor.database, 1, **EX_1, **who),
    ),
    "presses.contain": (
        Action.CONTAIN,
        lambda floor, who: presses.contain(floor.database, 1, action="belt off", **EX_1, **who),
    ),
    "presses.resolve": (
        Action.RESOLVE,
        lambda floor, who: presses.resolve(
            floor.database, 1, answers={"root_cause": "worn", "countermeasure": "new"}, **EX_1, **who
        ),
    ),
    "presses.reassign": (
        Action.ASSIGN,
        lambda floor, who: presses.reassign(floor.database, 1, to="fatima", **EX_1, **who),
    ),
    "presses.snooze": (
        Action.SNOOZE,
        lambda floor, who: presses.snooze(floor.database, 1, until=after(60), reason="part", **EX_1, **who),
    ),
    "presses.escalate_now": (
        Action.ESCALATE,
        lambda floor, who: presses.escalate_now(floor.database, 1, reason="worse", **EX_1, **who),
    ),
    "presses.merge": (
        Action.MERGE,
        lambda floor, who: presses.merge(floor.database, 1, into=2, **EX_1, **who),
    ),
    "presses.cancel": (
        Action.CANCEL,
        lambda floor, who: presses.cancel(floor.database, 1, reason="a test", **EX_1, **who),
    ),
    "raising.raise_call": (
        Action.RAISE,
        lambda floor, who: raising.raise_call(
            floor.database, call_type="maintenance", where="filler-2", text="oil", form=FORM, **who
        ),
    ),
    "readings.enter_reading": (
        Action.RECORD,
        lambda floor, who: readings.enter_reading(floor.database, kpi="oee", value=71.0, **who),
    ),
    "decisions.decide": (
        Action.DECIDE,
        lambda floor, who: decisions.decide(
            floor.database, Draft("two shifts", None, None, None, None), form=FORM, **who
        ),
    ),
    "decision_reviews.review": (
        Action.DECIDE,
        lambda floor, who: decision_reviews.review(
            floor.database, 1, outcome=Outcome.MOVED, said="", form=FORM, **who
        ),
    ),
    "suppressions.suppress": (
        Action.SUPPRESS,
        lambda floor, who: suppressions.suppress(
            floor.database,
            matcher=Matcher(places=("line-2",)),
            begins=floor.now,
            ends=after(60),
            reason="grease",
            **who,
        ),
    ),
    "suppressions.end_early": (
        Action.SUPPRESS,
        lambda floor, who: suppressions.end_early(floor.database, 1, **who),
    ),
    "settling.troubles": (
        Action.DELIVER,
        lambda floor, who: settling.troubles(floor.database, asked_by=who["by"], plan=who["plan"]),
    ),
    "settling.retry": (Action.DELIVER, lambda floor, who: settling.retry(floor.database, "7B1R0W", **who)),
    "settling.drop": (Action.DELIVER, lambda floor, who: settling.drop(floor.database, "7B1R0W", **who)),
    "audit_log.show": (
        Action.AUDIT,
        lambda floor, who: audit_log.show(floor.database, None, asked_by=who["by"], plan=who["plan"]),
    ),
}
ASKED_OTHERWISE = {
    "decisions.require_say": "asks who owns it",
    "decisions.held_by": "asks who owns it",
    "raising.take_call": "the second half of raise_call, which has asked",
    "readings.import_readings": "an operator at the terminal",
}


def reserved_for(floor: Floor, role: str, action: Action) -> Floor:
    """Two exceptions stand open, under a plan that leaves the action to one role."""
    floor.hears(subject="filler-1")
    floor.hears(subject="filler-2")
    floor.follows(kpis=[oee(owner="plant_manager")], permissions={action.value: [role]})
    return floor


def everything(floor: Floor) -> dict[str, int]:
    """How much stands in every table."""
    with floor.database.reading() as tx:
        return {
            name: tx.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


@pytest.mark.parametrize("name", USE_CASES)
def test_who_has_not_the_role_changes_nothing(floor: Floor, name: str) -> None:
    action, do = USE_CASES[name]
    reserved_for(floor, "plant_manager", action)
    before = everything(floor), floor.thread(1), floor.thread(2)
    with pytest.raises(PermissionDeniedError, match=f"Only plant_manager may {action} here"):
        do(floor, {"by": "maria", "plan": floor.plan, "now": floor.now})
    with pytest.raises(PermissionDeniedError, match="stranger is not in the control plan"):
        do(floor, {"by": "stranger", "plan": floor.plan, "now": floor.now})
    assert (everything(floor), floor.thread(1), floor.thread(2)) == before


@pytest.mark.parametrize("name", USE_CASES)
def test_who_has_the_role_is_not_refused(floor: Floor, name: str) -> None:
    action, do = USE_CASES[name]
    reserved_for(floor, "team_lead", action)
    try:
        do(floor, {"by": "maria", "plan": floor.plan, "now": floor.now})
    except PermissionDeniedError:
        raise
    except Exception as error:
        assert "There is no" in str(error), "no decision and no maintenance window stands there yet"


def test_every_use_case_that_somebody_performs_is_asked_about() -> None:
    found = {
        f"{module.__name__.removeprefix('bot.services.')}.{name}"
        for module in modules()
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__
        if not name.startswith("_") and asks_for_somebody(function)
    }
    assert found == {*USE_CASES, *ASKED_OTHERWISE}
    assert {action for action, _ in USE_CASES.values()} == set(Action)


def asks_for_somebody(function: Callable[..., object]) -> bool:
    named = set(inspect.signature(function).parameters)
    return "plan" in named and bool({"by", "asked_by"} & named)


def modules() -> list[Any]:
    return [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(bot.services.__path__, "bot.services.")
    ]
