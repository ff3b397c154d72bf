"""Every channel that a control plan names."""

from __future__ import annotations

from collections.abc import Iterator

from rules.control_plan import ControlPlan
from rules.targets import Target, TargetKind


def channels_of(plan: ControlPlan) -> tuple[str, ...]:
    """Channels as the plan writes them, each once: of the catch-all, areas, policies and sessions."""
    return tuple(dict.fromkeys(_mentioned(plan)))


def _mentioned(plan: ControlPlan) -> Iterator[str]:
    yield plan.catch_all.channel
    yield from (area.channel for area in plan.areas)
    for policy in plan.escalation_policies.values():
        targets = (Target.parse(text) for tier in policy.tiers for text in tier.notify)
        yield from (target.name for target in targets if target.kind is TargetKind.CHANNEL)
        then = policy.at_top.then if policy.at_top is not None else None
        if then is not None and then.channel is not None:
            yield then.channel
    yield from (session.channel for session in plan.sessions)
