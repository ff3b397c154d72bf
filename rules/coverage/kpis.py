"""KPIs whose thresholds refer to nothing, contradict themselves or can never be met."""

from collections.abc import Iterator

from rules.control_plan import ControlPlan, Kpi, Threshold
from rules.coverage.finding import Finding, Path
from rules.coverage.references import one_person, unknown
from rules.figures import figure
from rules.kpi_rules import STALE
from rules.kpis import limits_of
from rules.plan_index import PlanIndex


def areas_of_kpis(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    known = {area.key for area in plan.areas}
    for index, kpi in enumerate(plan.kpis):
        if kpi.area is not None:
            yield from unknown(("kpis", index, "area"), kpi.area, known, what="area")


def threshold_keys(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    for index, kpi in enumerate(plan.kpis):
        taken = {STALE: "is kept for silence; choose another key"}
        for number, threshold in enumerate(kpi.thresholds):
            if threshold.key in taken:
                path = ("kpis", index, "thresholds", number, "key")
                yield Finding(path, f"{threshold.key!r} {taken[threshold.key]}")
            taken[threshold.key] = "is taken already by another threshold of this KPI"


def threshold_policies(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    known = plan.escalation_policies.keys()
    for path, _kpi, threshold in _thresholds(plan):
        yield from unknown((*path, "policy"), threshold.policy, known, what="escalation policy")


def threshold_owners(plan: ControlPlan, index: PlanIndex) -> Iterator[Finding]:
    for path, _kpi, threshold in _thresholds(plan):
        if threshold.owner is not None:
            yield from one_person((*path, "owner"), threshold.owner, index)


def threshold_limits(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    for path, kpi, threshold in _thresholds(plan):
        shares = [part for part in (threshold, threshold.clear) if part and part.miss]
        if kpi.target == 0 and shares:
            yield Finding(
                path, "takes a share of a target of 0, which is nothing; write level instead of miss"
            )
        else:
            yield from _hysteresis(path, kpi, threshold)


def _hysteresis(path: Path, kpi: Kpi, threshold: Threshold) -> Iterator[Finding]:
    limits = limits_of(kpi, threshold)
    if limits.is_breached(limits.clear):
        side = "at or above" if limits.bad_is_below else "at or below"
        yield Finding(
            (*path, "clear"),
            f"is {figure(limits.clear)}, where it is still off; it must be {side} {figure(limits.breach)}",
        )


def _thresholds(plan: ControlPlan) -> Iterator[tuple[Path, Kpi, Threshold]]:
    for index, kpi in enumerate(plan.kpis):
        for number, threshold in enumerate(kpi.thresholds):
            yield ("kpis", index, "thresholds", number), kpi, threshold
