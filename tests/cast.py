"""The people of these stories and their plant: one filling hall, three people, a policy for a stopped line.

Maria leads the team, Fatima the shift, Claire the plant. Jonas leads the next hall.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from typing import Any

from bot.services.plan_in_force import PlanInForce
from rules.control_plan import ControlPlan, Rule
from rules.events import Event
from rules.exception_threads import ExceptionThread
from rules.opening import open_thread
from rules.plan_index import PlanIndex
from tests.rules.plant import LINE_DOWN, NOON, PLANT

__all__ = ["NOON", "after", "control_plan", "event", "line_down", "minutes", "new_thread", "plan_in_force"]

MARIA, FATIMA, CLAIRE, JONAS = "maria", "fatima", "claire", "jonas"

LINE_STOP: dict[str, Any] = {
    "tiers": [
        {"notify": "owner"},
        {"notify": "shift_lead@area"},
        {"notify": ["plant_manager", "#escalations"]},
    ],
    "clocks": {"respond": ["5m", "10m"], "contain": ["15m"], "resolve": ["4h"], "verify": ["24h"]},
    "at_top": {"repeat": "30m", "times": 2, "then": {"channel": "#daily-meeting"}},
}

_numbers = count(1)


def minutes(number: float) -> timedelta:
    """That many minutes."""
    return timedelta(minutes=number)


def after(number: float, *, start: datetime = NOON) -> datetime:
    """That many minutes after noon."""
    return start + minutes(number)


def line_down(**changes: Any) -> Rule:
    """A line that is down opens at once; changed as the story needs it (`for` as `for_`)."""
    changed = {name.rstrip("_"): value for name, value in changes.items()}
    return Rule.model_validate({**LINE_DOWN, "policy": "line-stop", "for": "0s", **changed})


def control_plan(*rules: Rule, policy: dict[str, Any] | None = None, **changes: Any) -> ControlPlan:
    """The plant with these rules (or just a line that is down) and its policy for a stopped line."""
    policies = {**PLANT["escalation_policies"], "line-stop": {**LINE_STOP, **(policy or {})}}
    declared = [each.model_dump(mode="json") for each in rules or (line_down(),)]
    return ControlPlan.model_validate(
        {**PLANT, "escalation_policies": policies, "rules": declared, **changes}
    )


def plan_in_force(*rules: Rule, version: int = 1, **changes: Any) -> PlanInForce:
    """The same, compiled."""
    if not rules and not changes and version == 1:
        return _usual_plan()
    return PlanInForce.compile(version, control_plan(*rules, **changes), {})


@lru_cache(maxsize=1)
def _usual_plan() -> PlanInForce:
    return PlanInForce.compile(1, control_plan(), {})


def event(
    state: str = "DOWN",
    *,
    at: datetime = NOON,
    subject: str = "filler-2",
    id: str | None = None,
    source: str = "/plc",
    type: str = "machine.state",
    **data: Any,
) -> Event:
    """A machine says how it is; each call is an event of its own unless it is given an id."""
    told = {"state": state, "reason": "cap jam", **data}
    return Event(id or f"event-{next(_numbers)}", source, type, subject, at, told)


def new_thread(
    declared: Rule | None = None, *, policy: dict[str, Any] | None = None, at: datetime = NOON, **changes: Any
) -> ExceptionThread:
    """EX-1, opened at noon at Filler 2, owned by Maria; changed as the story needs it."""
    rule = declared or line_down()
    draft = {"title": "Filler 2 down", "at": "filler-2", "severity": "high"}
    index = PlanIndex(control_plan(rule, policy=policy))
    opening = open_thread(
        rule, fingerprint="filler-2", draft=draft, index=index, plan_version=1, event_at=at, now=at
    )
    return replace(opening.thread, **{"id": 1, **changes})
