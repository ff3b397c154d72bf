"""Whether an escalation arrives: people who can be messaged, tiers that tell somebody, clocks that climb."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from rules.control_plan import ControlPlan, EscalationPolicy
from rules.coverage.expressions import is_fixed
from rules.coverage.finding import Finding
from rules.kpi_rules import rules_of_kpi
from rules.plan_index import PlanIndex
from rules.targets import OWNER, recipients

Areas = tuple[str | None, ...]


def unreachable_people(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    for index, person in enumerate(plan.people):
        if person.slack is None and person.email is None:
            yield Finding(
                ("people", index), f"{person.name} cannot be found in Slack; give `slack` or `email`"
            )


def silent_tiers(plan: ControlPlan, index: PlanIndex) -> Iterator[Finding]:
    for key, areas in _areas_by_policy(plan, index).items():
        policy = plan.escalation_policies.get(key)
        for number, tier in enumerate(policy.tiers if policy else ()):
            deaf = _areas_without(tier.notify, areas, index)
            if deaf and tier.notify:
                path = ("escalation_policies", key, "tiers", number, "notify")
                yield Finding(path, f"reaches nobody in {', '.join(deaf)}; {_remedy(tier.notify)}")


def clocks(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    for key, policy in plan.escalation_policies.items():
        path = ("escalation_policies", key, "clocks")
        if not policy.clocks.respond:
            yield Finding(
                path, "has no respond times, so nobody is ever told but the first tier; add respond: [5m]"
            )
        for kind, times in _clocks_of(policy).items():
            if len(times) > len(policy.tiers):
                message = (
                    f"has {len(times)} times for {len(policy.tiers)} tiers; the last ones are never used"
                )
                yield Finding((*path, kind), message)


def _clocks_of(policy: EscalationPolicy) -> Mapping[str, Sequence[timedelta]]:
    clocks = policy.clocks
    return {
        "respond": clocks.respond,
        "contain": clocks.contain,
        "resolve": clocks.resolve,
        "verify": clocks.verify,
    }


def _areas_by_policy(plan: ControlPlan, index: PlanIndex) -> Mapping[str, Areas]:
    """For each policy every area that a thread under it can be in; None is outside all areas."""
    everywhere: Areas = (*(area.key for area in plan.areas), None)
    found: dict[str, dict[str | None, None]] = defaultdict(dict)
    found[plan.catch_all.policy][None] = None
    for call_type in plan.call_types:
        found[call_type.policy].update(dict.fromkeys(everywhere))
    for rule in plan.rules:
        areas = (index.place(rule.at).area,) if is_fixed(rule.at) else everywhere
        found[rule.policy].update(dict.fromkeys(areas))
    for kpi in plan.kpis:
        for rule in rules_of_kpi(kpi, plan):
            found[rule.policy][kpi.area] = None
    return {policy: tuple(areas) for policy, areas in found.items()}


def _areas_without(notify: Sequence[str], areas: Areas, index: PlanIndex) -> list[str]:
    """Every thread has an owner, the catch-all's if need be, so a tier that tells the owner has a reader."""
    if OWNER in notify:
        return []
    return [
        area or "unmapped places"
        for area in areas
        if not recipients(notify, owner=None, area=area, index=index)
    ]


def _remedy(notify: Sequence[str]) -> str:
    return (
        f"give somebody there {' or '.join(notify)}, or name a role held everywhere, a @person or a #channel"
    )
