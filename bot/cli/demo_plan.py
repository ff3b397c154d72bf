"""The demo's control plan: the example plant with shorter times, and nothing else changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from bot.control_plan import load
from rules.control_plan import ControlPlan, EscalationPolicy, Kpi, Rule, Session, SessionKind

EXAMPLE = "bottling-plant.yaml"
QUICKER = 15
"""Five minutes to respond become twenty seconds."""

_EVERY_OTHER_MINUTE = "*/2 * * * *"
_SHORT_LEAD = timedelta(seconds=30)


def example_plan() -> ControlPlan:
    """The bottling plant, from the checkout or from the installed package."""
    checkout = Path(__file__).parents[2] / "examples" / "bottling-plant" / "control-plan.yaml"
    path = checkout if checkout.exists() else Path(__file__).with_name(EXAMPLE)
    return load(path.read_text(encoding="utf-8"), file=path.name)


def quickened(plan: ControlPlan, factor: int = QUICKER) -> ControlPlan:
    """The same plan, every hold and every clock `factor` times shorter, its shifts meeting at once."""
    policies = {key: _policy(policy, factor) for key, policy in plan.escalation_policies.items()}
    rules = tuple(_rule(rule, factor) for rule in plan.rules)
    kpis = tuple(_kpi(kpi, factor) for kpi in plan.kpis)
    sessions = tuple(_session(session) for session in plan.sessions)
    changed = {"escalation_policies": policies, "rules": rules, "kpis": kpis, "sessions": sessions}
    return plan.model_copy(update=changed)


def reviewing_at(plan: ControlPlan, moment: datetime) -> ControlPlan:
    """The same plan, asking what became of decisions at that minute of the day."""
    local = moment.astimezone(ZoneInfo(plan.site.timezone))
    site = plan.site.model_copy(update={"review_at": local.strftime("%H:%M")})
    return plan.model_copy(update={"site": site})


def as_yaml(plan: ControlPlan) -> str:
    """The plan as text, as `andon apply` would read it from a file."""
    return yaml.safe_dump(plan.model_dump(mode="json", by_alias=True), sort_keys=False, allow_unicode=True)


def _rule(rule: Rule, factor: int) -> Rule:
    return rule.model_copy(update={"for_": rule.for_ / factor, "clear_for": rule.clear_for / factor})


def _kpi(kpi: Kpi, factor: int) -> Kpi:
    thresholds = tuple(
        each.model_copy(update={"for_": each.for_ / factor, "clear_for": each.clear_for / factor})
        for each in kpi.thresholds
    )
    return kpi.model_copy(update={"thresholds": thresholds})


def _session(session: Session) -> Session:
    """A shift meets every other minute; what takes place daily or less often stays as it is."""
    if session.area is None or session.kind is not SessionKind.TIER_MEETING:
        return session
    return session.model_copy(update={"schedule": _EVERY_OTHER_MINUTE, "lead": _SHORT_LEAD, "holidays": None})


def _policy(policy: EscalationPolicy, factor: int) -> EscalationPolicy:
    clocks = policy.clocks
    shorter = clocks.model_copy(
        update={name: _times(getattr(clocks, name), factor) for name in type(clocks).model_fields}
    )
    at_top = policy.at_top and policy.at_top.model_copy(update={"repeat": policy.at_top.repeat / factor})
    return policy.model_copy(update={"clocks": shorter, "at_top": at_top})


def _times(times: tuple[timedelta, ...], factor: int) -> tuple[timedelta, ...]:
    return tuple(time / factor for time in times)
