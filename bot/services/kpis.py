"""KPIs as they stand. Reads only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.services.plan_in_force import PlanInForce
from bot.store import readings
from rules.kpis import Standing, standing


def standings(tx: Connection, plan: PlanInForce, now: datetime) -> tuple[Standing, ...]:
    """How every KPI of the plan stands, in the plan's order."""
    latest = readings.latest(tx)
    return tuple(standing(kpi, latest.get(kpi.key), now) for kpi in plan.index.plan.kpis)
