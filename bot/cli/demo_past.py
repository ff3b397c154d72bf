"""What the demo's plant decided before the visitor came: one decision is due, one is ahead, one is talk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from ulid import ULID

from bot.cli.demo_plan import reviewing_at
from bot.services.decisions import decide
from bot.services.plan_in_force import PlanInForce
from bot.store.database import Database
from rules.control_plan import ControlPlan
from rules.decisions import Draft, ReviewTime

WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


def remember_decisions(database: Database, plan: ControlPlan, now: datetime) -> None:
    """Log them as of a week ago, so that the bot asks Maria about hers within a minute of its start."""
    soon = now + MINUTE
    plan = reviewing_at(plan, soon)
    in_force = PlanInForce.compile(1, plan, {})
    for by, draft in _decided(plan, soon):
        decide(database, draft, by=by, form=str(ULID()), plan=in_force, now=now - WEEK)


def _decided(plan: ControlPlan, now: datetime) -> Iterator[tuple[str, Draft]]:
    day = ReviewTime.of(plan.site).latest(now).date()
    soon = day + timedelta(days=3)
    yield (
        "henrik",
        Draft(
            "Keep a spare infeed star wheel at filler 2",
            kpi="oee-line-2",
            change=2.0,
            day=day,
            owner="maria",
        ),
    )
    yield (
        "claire",
        Draft("Retune the fill heads of line 3", kpi="overfill", change=-0.5, day=soon, owner="henrik"),
    )
    yield "ingrid", Draft("We should talk to the supplier of crowns about short deliveries", owner="ingrid")
