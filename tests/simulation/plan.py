"""The control plan of the simulated plant: short clocks, every kind of condition, two channels."""

from __future__ import annotations

from typing import Any

from bot.services.plan_in_force import PlanInForce
from rules.control_plan import ControlPlan

MACHINES = {"filler-1": "filling", "filler-2": "filling", "packer-1": "packaging", "packer-2": "packaging"}
PEOPLE = ("maria", "jonas", "fatima", "claire")
CATCH_ALL = "control-room"


def _area(key: str) -> dict[str, Any]:
    units = [{"key": machine, "name": machine} for machine, area in MACHINES.items() if area == key]
    line = {"key": f"line-{key}", "name": f"Line {key}", "work_units": units}
    return {"key": key, "name": key.title(), "channel": f"#{key}", "work_centers": [line]}


def _person(key: str, role: str, *areas: str) -> dict[str, Any]:
    return {"key": key, "name": key.title(), "slack": f"U0{key.upper()}", "roles": {role: list(areas)}}


def _rule(key: str, on: str, **changes: Any) -> dict[str, Any]:
    return {
        "key": key,
        "on": on,
        "severity": "high",
        "title": f"{{{{ event.subject }}}}: {key}",
        "owner": "team_lead",
        "policy": "line-stop",
        **changes,
    }


_DOWN = {"when": 'event.data.state == "DOWN"', "clear_when": 'event.data.state == "RUNNING"'}
_HOT = {"when": "event.data.celsius > 80", "clear_when": "event.data.celsius < 70"}

_PLAN: dict[str, Any] = {
    "site": {"key": "riverside", "name": "Riverside", "timezone": "Europe/Berlin"},
    "areas": [_area("filling"), _area("packaging")],
    "people": [
        _person("maria", "team_lead", "filling"),
        _person("jonas", "team_lead", "packaging"),
        _person("fatima", "shift_lead", "*"),
        _person("claire", "plant_manager", "*"),
    ],
    "catch_all": {"channel": f"#{CATCH_ALL}", "owner": "shift_lead", "policy": "line-stop"},
    "intake": {"max_age": "2h"},
    "escalation_policies": {
        "line-stop": {
            "tiers": [
                {"notify": "owner"},
                {"notify": "shift_lead@area"},
                {"notify": ["plant_manager", "#escalations"]},
            ],
            "clocks": {"respond": ["1m", "2m"], "contain": ["3m"], "resolve": ["10m"], "verify": ["5m"]},
            "at_top": {"repeat": "2m", "times": 2, "then": {"channel": "#daily"}},
        },
    },
    "rules": [
        _rule("line-down", "machine.state", **_DOWN, done_when=["root_cause"]),
        _rule("too-hot", "machine.heat", **_HOT, **{"for": "30s"}, clear_for="20s", severity="critical"),
        _rule("jams", "machine.jam", consecutive=3, resolve_on_clear=True, severity="medium"),
    ],
}


def simulated_plan() -> PlanInForce:
    """The plan, compiled."""
    return PlanInForce.compile(1, ControlPlan.model_validate(_PLAN), {})
