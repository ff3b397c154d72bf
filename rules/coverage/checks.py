"""The list of everything that is checked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rules.control_plan import ControlPlan
from rules.coverage import expressions, kpis, names, reach, references, sessions
from rules.coverage.finding import Finding
from rules.plan_index import PlanIndex

_EVERYTHING_NAMED = frozenset({"people", "areas", "escalation_policies"})


@dataclass(frozen=True, slots=True)
class Check:
    """One question to a plan, and the sections without which its answer would mislead."""

    find: Callable[[ControlPlan, PlanIndex], Iterator[Finding]]
    needs: frozenset[str] = frozenset()


CHECKS = (
    Check(names.duplicate_keys),
    Check(names.duplicate_accounts),
    Check(names.duplicate_places),
    Check(names.reserved_words),
    Check(references.timezone),
    Check(references.policies, needs=frozenset({"escalation_policies"})),
    Check(references.kpis, needs=frozenset({"kpis"})),
    Check(kpis.areas_of_kpis, needs=frozenset({"areas"})),
    Check(kpis.threshold_keys),
    Check(kpis.threshold_policies, needs=frozenset({"escalation_policies"})),
    Check(kpis.threshold_owners, needs=frozenset({"people", "areas"})),
    Check(kpis.threshold_limits),
    Check(references.areas_of_roles, needs=frozenset({"areas"})),
    Check(references.owners, needs=frozenset({"people", "areas"})),
    Check(references.targets_of_tiers, needs=frozenset({"people", "areas"})),
    Check(references.permissions, needs=frozenset({"people"})),
    Check(sessions.schedules),
    Check(sessions.last_acts, needs=frozenset({"sessions"})),
    Check(sessions.areas, needs=frozenset({"areas"})),
    Check(sessions.people, needs=frozenset({"people", "areas"})),
    Check(expressions.conditions),
    Check(expressions.templates),
    Check(expressions.contradictions),
    Check(expressions.fixed_places, needs=frozenset({"areas"})),
    Check(reach.unreachable_people),
    Check(reach.silent_tiers, needs=_EVERYTHING_NAMED),
    Check(reach.clocks),
)


def findings(plan: ControlPlan, *, incomplete: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """Everything wrong with the plan, in the order of the checks.

    `incomplete` names sections of which parts were unreadable and left out: checks that would then blame
    something else, such as a role whose only holder was left out, are not asked.
    """
    index = PlanIndex(plan)
    return tuple(
        finding for check in CHECKS if not check.needs & incomplete for finding in check.find(plan, index)
    )
