"""Rules that follow from KPIs: one for each threshold, and one about silence. Rules like any other."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from rules.control_plan import ControlPlan, Kpi, Rule, Severity, Threshold
from rules.kpi_events import HEARD_EVENT_TYPE, READING_EVENT_TYPE, STALE_EVENT_TYPE
from rules.kpis import limits_of

KPI_RULE_PREFIX = "kpi:"
STALE = "stale"

_COMMON = MappingProxyType({"fingerprint": ("{{ event.subject }}",), "title": "{{ event.data.says }}"})


def rules_of_all_kpis(plan: ControlPlan) -> Iterator[Rule]:
    """Every rule that follows from a KPI of the plan."""
    return (rule for kpi in plan.kpis for rule in rules_of_kpi(kpi, plan))


def rules_of_kpi(kpi: Kpi, plan: ControlPlan) -> Iterator[Rule]:
    """The KPI's rules; they match no other KPI's events as long as only its own are shown to them."""
    yield from (_threshold_rule(kpi, threshold) for threshold in kpi.thresholds)
    if kpi.stale_after is not None:
        yield _stale_rule(kpi, plan)


def stale_policy(kpi: Kpi, plan: ControlPlan) -> str:
    """Whom silence is escalated to: as the first threshold would be, or else like what fits nowhere."""
    return kpi.thresholds[0].policy if kpi.thresholds else plan.catch_all.policy


def rule_key(kpi: Kpi, name: str) -> str:
    """What the rule of a threshold, or about silence, is called."""
    return f"{KPI_RULE_PREFIX}{kpi.key}:{name}"


def _threshold_rule(kpi: Kpi, threshold: Threshold) -> Rule:
    limits = limits_of(kpi, threshold)
    worse, better = ("<", ">=") if limits.bad_is_below else (">", "<=")
    well_again = f"double(event.data.value) {better} {limits.clear!r}"
    # A corrected value was never off, so it needs not come back as far as one that recovers.
    never_off = f"event.data.correction && double(event.data.value) {better} {limits.breach!r}"
    return Rule(
        key=rule_key(kpi, threshold.key),
        on=(READING_EVENT_TYPE,),
        when=f"double(event.data.value) {worse} {limits.breach!r}",
        clear_when=f"{well_again} || {never_off}",
        for_=threshold.for_,
        consecutive=threshold.consecutive,
        clear_for=threshold.clear_for,
        severity=threshold.severity,
        at=_place(kpi),
        owner=threshold.owner or kpi.owner,
        policy=threshold.policy,
        kpi=kpi.key,
        done_when=threshold.done_when,
        resolve_on_clear=threshold.resolve_on_clear,
        shadow=threshold.shadow,
        **_COMMON,
    )


def _stale_rule(kpi: Kpi, plan: ControlPlan) -> Rule:
    return Rule(
        key=rule_key(kpi, STALE),
        on=(STALE_EVENT_TYPE, HEARD_EVENT_TYPE),
        when=f'event.type == "{STALE_EVENT_TYPE}"',
        clear_when=f'event.type == "{HEARD_EVENT_TYPE}"',
        severity=Severity.MEDIUM,
        at=_place(kpi),
        owner=kpi.owner,
        policy=stale_policy(kpi, plan),
        kpi=kpi.key,
        resolve_on_clear=True,
        **_COMMON,
    )


def _place(kpi: Kpi) -> str:
    return kpi.area or kpi.key
