"""Words that refer to something declared elsewhere in the plan."""

import re
from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo, available_timezones

from rules.control_plan import EVERYWHERE, CallType, ControlPlan, Rule
from rules.control_plan.words import CHANNEL_PATTERN
from rules.coverage.finding import Finding, Path, suggestion
from rules.plan_index import PlanIndex
from rules.targets import Target, TargetKind

CHANNEL = re.compile(CHANNEL_PATTERN)


def timezone(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    name = plan.site.timezone
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        hint = suggestion(name, available_timezones())
        yield Finding(("site", "timezone"), f"{name!r} is no IANA time zone, such as Europe/Berlin; {hint}")


def policies(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    known = plan.escalation_policies.keys()
    for path, item in _detections(plan):
        yield from unknown((*path, "policy"), item.policy, known, what="escalation policy")
    yield from unknown(("catch_all", "policy"), plan.catch_all.policy, known, what="escalation policy")


def kpis(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    known = {kpi.key for kpi in plan.kpis}
    for path, item in _detections(plan):
        if item.kpi:
            yield from unknown((*path, "kpi"), item.kpi, known, what="KPI")


def areas_of_roles(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    known = {area.key for area in plan.areas} | {EVERYWHERE}
    for index, person in enumerate(plan.people):
        for role, areas in person.roles.items():
            for place, area in enumerate(areas):
                yield from unknown(("people", index, "roles", role, place), area, known, what="area")


def owners(plan: ControlPlan, index: PlanIndex) -> Iterator[Finding]:
    owned = [((*path, "owner"), item.owner) for path, item in _detections(plan)]
    owned += [(("kpis", i, "owner"), kpi.owner) for i, kpi in enumerate(plan.kpis)]
    for path, owner in [*owned, (("catch_all", "owner"), plan.catch_all.owner)]:
        yield from one_person(path, owner, index)


def targets_of_tiers(plan: ControlPlan, index: PlanIndex) -> Iterator[Finding]:
    for key, policy in plan.escalation_policies.items():
        for number, tier in enumerate(policy.tiers):
            path = ("escalation_policies", key, "tiers", number, "notify")
            if not tier.notify:
                yield Finding(path, "tells nobody; name at least one role, @person or #channel")
            for place, target in enumerate(tier.notify):
                yield from unknown_target((*path, place), target, index)


def permissions(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    held = roles_held(plan)
    for action, roles in plan.permissions.items():
        path: Path = ("permissions", str(action))
        if not roles:
            yield Finding(path, f"nobody may {action}; name roles, or leave the line out to let everybody")
        for place, role in enumerate(roles):
            yield from _unheld((*path, place), role, held)


def one_person(path: Path, owner: str, index: PlanIndex) -> Iterator[Finding]:
    """What is wrong with an owner, who must be somebody and not several."""
    target = Target.parse(owner)
    if target.kind in (TargetKind.PERSON, TargetKind.ROLE):
        yield from unknown_target(path, owner, index)
    else:
        yield Finding(path, f"{owner!r} is not one person; name a role, role@<area key> or @person")


def unknown_target(path: Path, text: str, index: PlanIndex) -> Iterator[Finding]:
    """What is wrong with one target, whatever area it is asked for."""
    target = Target.parse(text)
    if target.kind is TargetKind.PERSON:
        people = {person.key for person in index.plan.people}
        yield from unknown(path, target.name, people, what="person")
    elif target.kind is TargetKind.CHANNEL:
        if not CHANNEL.match(target.name):
            yield Finding(path, f"{text!r} is no Slack channel; names are lower case and without spaces")
    elif target.kind is TargetKind.ROLE:
        yield from _unheld(path, target.name, roles_held(index.plan))
        if target.area:
            yield from unknown(path, target.area, {area.key for area in index.plan.areas}, what="area")


def roles_held(plan: ControlPlan) -> set[str]:
    """Roles are not declared: they exist because somebody holds them somewhere."""
    return {role for person in plan.people for role, areas in person.roles.items() if areas}


def _detections(plan: ControlPlan) -> Iterator[tuple[Path, Rule | CallType]]:
    yield from ((("rules", index), rule) for index, rule in enumerate(plan.rules))
    yield from ((("call_types", index), call_type) for index, call_type in enumerate(plan.call_types))


def unknown(path: Path, word: str, known: Collection[str], *, what: str) -> Iterator[Finding]:
    """What is wrong with a word that should name something declared."""
    if word not in known:
        yield Finding(path, f"there is no {what} {word!r}; {suggestion(word, known)}")


def _unheld(path: Path, role: str, held: Collection[str]) -> Iterator[Finding]:
    if role not in held:
        yield Finding(path, f"nobody holds the role {role!r}; {suggestion(role, held)}")
