"""KPIs as they stand. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.messages.charts import MOST_POINTS
from bot.services.plan_in_force import PlanInForce
from bot.store import decisions, exception_threads, readings
from bot.store.database import Database
from rules.control_plan import Kpi
from rules.decisions import Decision
from rules.exception_threads import ExceptionThread
from rules.kpis import Reading, Standing, standing

CHARTED = MOST_POINTS
"""Readings that are looked at: those in the chart."""

_LISTED = 3


@dataclass(frozen=True, slots=True)
class KpiInFull:
    """Everything about one KPI: how it stands, its last readings, what is open and what was decided."""

    standing: Standing
    recent: tuple[Reading, ...]
    open: tuple[ExceptionThread, ...]
    total_open: int
    decisions: tuple[Decision, ...]


def standings(tx: Connection, plan: PlanInForce, now: datetime) -> tuple[Standing, ...]:
    """How every KPI of the plan stands, in the plan's order."""
    latest = readings.latest(tx)
    return tuple(standing(kpi, latest.get(kpi.key), now) for kpi in plan.index.plan.kpis)


def board(database: Database, plan: PlanInForce, now: datetime) -> tuple[Standing, ...]:
    """`standings` in a look of its own; raises DatabaseUnavailableError."""
    with database.reading() as tx:
        return standings(tx, plan, now)


def in_full(database: Database, kpi: Kpi, plan: PlanInForce, now: datetime) -> KpiInFull:
    """One KPI; raises DatabaseUnavailableError."""
    with database.reading() as tx:
        latest = readings.latest(tx, kpi.key).get(kpi.key)
        recent = readings.recent(tx, kpi.key, limit=CHARTED)
        about = plan.index.rule_keys_about(kpi.key)
        threads, total = exception_threads.working(tx, rule_keys=about, limit=_LISTED)
        decided, _ = decisions.latest(tx, kpi=kpi.key, limit=_LISTED)
    return KpiInFull(
        standing(kpi, latest, now),
        recent=tuple(recent),
        open=tuple(threads),
        total_open=total,
        decisions=decided,
    )
