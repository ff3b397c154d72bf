"""The control plan of a large plant: fifty areas with a channel each, and rules of every severity."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot.services.plan_in_force import PlanInForce
from rules.control_plan import ControlPlan

AREAS = tuple(f"area-{number}" for number in range(1, 51))


def _area(key: str) -> dict[str, Any]:
    line = {"key": f"line-{key}", "name": f"Line {key}", "work_units": [{"key": f"unit-{key}", "name": key}]}
    return {"key": key, "name": key.title(), "channel": f"#{key}", "work_centers": [line]}


def _person(key: str, role: str) -> dict[str, Any]:
    return {"key": key, "name": key.title(), "slack": f"U0{key.upper()}", "roles": {role: ["*"]}}


def _rule(severity: str) -> dict[str, Any]:
    return {
        "key": f"fault-{severity}",
        "on": f"fault.{severity}",
        "severity": severity,
        "fingerprint": ["{{ event.subject }}", "{{ event.data.part }}"],
        "title": "{{ event.subject }}: part {{ event.data.part }} fails",
        "owner": "team_lead",
        "policy": "two-tiers",
    }


@lru_cache(maxsize=1)
def large_plan() -> PlanInForce:
    """The plan, compiled."""
    plan = {
        "site": {"key": "riverside", "name": "Riverside", "timezone": "Europe/Berlin"},
        "areas": [_area(key) for key in AREAS],
        "people": [_person("maria", "team_lead"), _person("fatima", "shift_lead")],
        "catch_all": {"channel": "#control-room", "owner": "shift_lead", "policy": "two-tiers"},
        "escalation_policies": {
            "two-tiers": {
                "tiers": [{"notify": "owner"}, {"notify": "shift_lead@area"}],
                "clocks": {"respond": ["5m", "10m"], "contain": ["2h"], "resolve": ["4h"], "verify": ["24h"]},
                "at_top": {"repeat": "20m", "times": 1},
            },
        },
        "rules": [_rule(severity) for severity in ("critical", "high", "medium")],
    }
    return PlanInForce.compile(1, ControlPlan.model_validate(plan), {})
