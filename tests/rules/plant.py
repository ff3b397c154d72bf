"""A small plant that the stories of the rules are told in."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rules.control_plan import ControlPlan, Rule
from rules.events import Event

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

PLANT: Mapping[str, Any] = {
    "site": {"key": "riverside", "name": "Riverside", "timezone": "Europe/Berlin"},
    "areas": [
        {
            "key": "filling",
            "name": "Filling hall",
            "channel": "#filling",
            "work_centers": [
                {
                    "key": "line-2",
                    "name": "Line 2",
                    "aliases": ["L2"],
                    "work_units": [{"key": "filler-2", "name": "Filler 2", "aliases": ["PLC3.FIL02"]}],
                }
            ],
        },
        {"key": "packaging", "name": "Packaging", "channel": "#packaging"},
    ],
    "people": [
        {"key": "maria", "name": "Maria", "slack": "U0MARIA01", "roles": {"team_lead": ["filling"]}},
        {
            "key": "jonas",
            "name": "Jonas",
            "email": "jonas@riverside.example",
            "roles": {"team_lead": "packaging"},
        },
        {"key": "fatima", "name": "Fatima", "slack": "U0FATIMA1", "roles": {"shift_lead": ["*"]}},
        {
            "key": "claire",
            "name": "Claire",
            "slack": "U0CLAIRE1",
            "roles": {"plant_manager": ["*"], "team_lead": ["*"]},
        },
    ],
    "catch_all": {"channel": "#control-room", "owner": "shift_lead", "policy": "standard"},
    "intake": {"sources": [{"source": "/historian/*", "max_age": "15m"}]},
    "escalation_policies": {
        "standard": {
            "tiers": [{"notify": "owner"}, {"notify": ["shift_lead@area", "#escalations"]}],
            "clocks": {"respond": ["5m", "10m"], "resolve": ["4h"]},
            "at_top": {"repeat": "30m", "times": 2, "then": {"channel": "#escalations"}},
        }
    },
    "call_types": [
        {
            "key": "maintenance",
            "name": "Maintenance",
            "owner": "team_lead",
            "policy": "standard",
            "severity": "high",
        }
    ],
    "kpis": [
        {
            "key": "oee",
            "name": "OEE",
            "unit": "%",
            "direction": "higher",
            "target": 74,
            "owner": "plant_manager",
        }
    ],
}

LINE_DOWN: Mapping[str, Any] = {
    "key": "line-down",
    "on": "machine.state",
    "when": 'event.data.state == "DOWN"',
    "clear_when": 'event.data.state == "RUNNING"',
    "for": "5m",
    "severity": "high",
    "title": "{{ event.subject }} down: {{ event.data.reason }}",
    "owner": "team_lead",
    "policy": "standard",
    "kpi": "oee",
    "done_when": ["root_cause"],
}


def rule(**changes: Any) -> Rule:
    """The rule about a line that is down, changed as the story needs it."""
    return Rule.model_validate({**LINE_DOWN, **changes})


def plan(*rules: Rule, **changes: Any) -> ControlPlan:
    """The plant with these rules."""
    return ControlPlan.model_validate(
        {**PLANT, "rules": [each.model_dump(mode="json") for each in rules], **changes}
    )


def event(type: str = "machine.state", subject: str = "filler-2", **data: Any) -> Event:
    """Something that happened at noon."""
    return Event(id="1", source="/mes", type=type, subject=subject, time=NOON, data=data)
