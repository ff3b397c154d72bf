"""A plan in a few lines: what it covers, who is told where."""

from __future__ import annotations

from collections.abc import Iterator

from rules.channels import channels_of
from rules.control_plan import ControlPlan


def summary(plan: ControlPlan) -> str:
    """What a plan without errors covers, for the eye of its author."""
    return "\n".join(
        [
            f"  plant     {', '.join(_plant(plan))}",
            f"  rules     {', '.join(_rules(plan))}",
            f"  people    {_count(len(plan.people), 'person', 'people')}; every tier reaches somebody",
            f"  channels  {', '.join(channels_of(plan))}",
        ]
    )


def _plant(plan: ControlPlan) -> Iterator[str]:
    centers = [center for area in plan.areas for center in area.work_centers]
    yield _count(len(plan.areas), "area")
    yield _count(len(centers), "work center")
    yield _count(sum(len(center.work_units) for center in centers), "work unit")


def _rules(plan: ControlPlan) -> Iterator[str]:
    shadowed = sum(rule.shadow for rule in plan.rules)
    aside = " (all in shadow)" if plan.shadow else f" ({shadowed} in shadow)" if shadowed else ""
    yield _count(len(plan.rules), "rule") + aside
    yield _count(len(plan.call_types), "call type")
    yield _count(len(plan.escalation_policies), "policy", "policies")
    yield _count(len(plan.kpis), "KPI")
    yield _count(len(plan.sessions), "session")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
