"""A KPI for stories: OEE of line 2, wanted at 74 %, Maria's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rules.control_plan import Kpi
from rules.kpis import Reading
from tests.cast import NOON

OEE: dict[str, Any] = {
    "key": "oee",
    "name": "OEE line 2",
    "unit": "%",
    "direction": "higher",
    "target": 74,
    "owner": "team_lead@filling",
    "area": "filling",
}
LOW: dict[str, Any] = {"key": "low", "miss": "5%", "severity": "high", "policy": "line-stop"}


def oee(*thresholds: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The KPI as the plan declares it, with these thresholds or just one: 5 % below the target."""
    return {**OEE, "thresholds": thresholds or (LOW,), **changes}


def kpi(*thresholds: dict[str, Any], **changes: Any) -> Kpi:
    """The same as a value."""
    return Kpi.model_validate(oee(*thresholds, **changes))


def low(**changes: Any) -> dict[str, Any]:
    """5 % below the target, changed as the story needs it (`for` as `for_`)."""
    return {**LOW, **{name.rstrip("_"): value for name, value in changes.items()}}


def reading(value: float, at: datetime = NOON, **changes: Any) -> Reading:
    """What the historian says at noon."""
    return Reading(**{"kpi": "oee", "at": at, "value": value, "source": "/historian/2", **changes})
