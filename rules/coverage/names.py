"""Names that must be unique, because others refer to them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from rules.built_in_rules import CALL_RULE_PREFIX, OWN_RULE_KEYS
from rules.control_plan import Area, ControlPlan
from rules.coverage.finding import Finding, Path
from rules.kpi_rules import KPI_RULE_PREFIX
from rules.plan_index import PlanIndex, normal_name
from rules.targets import OWNER, THREADS_AREA


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


def duplicate_keys(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    lists: dict[str, Sequence[_Keyed]] = {
        "people": plan.people,
        "kpis": plan.kpis,
        "call_types": plan.call_types,
        "rules": plan.rules,
        "sessions": plan.sessions,
    }
    for name, items in lists.items():
        keys = [((name, index, "key"), item.key) for index, item in enumerate(items)]
        yield from _repeated(keys, what="key")


def duplicate_accounts(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    slack = [(("people", i, "slack"), person.slack) for i, person in enumerate(plan.people) if person.slack]
    email = [
        (("people", i, "email"), person.email.casefold())
        for i, person in enumerate(plan.people)
        if person.email
    ]
    yield from _repeated(slack, what="Slack id")
    yield from _repeated(email, what="e-mail address")


def duplicate_places(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    names = (
        (path, normal_name(name))
        for index, area in enumerate(plan.areas)
        for path, name in _names_in(area, ("areas", index))
    )
    yield from _repeated(names, what="name of a place")


def reserved_words(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    for index, rule in enumerate(plan.rules):
        if rule.key.startswith((CALL_RULE_PREFIX, KPI_RULE_PREFIX)) or rule.key in OWN_RULE_KEYS:
            yield Finding(
                ("rules", index, "key"), f"{rule.key!r} is the name of a built-in rule; choose another"
            )
    for index, area in enumerate(plan.areas):
        if area.key == THREADS_AREA:
            yield Finding(("areas", index, "key"), "'area' means the thread's own area; choose another key")
    for index, person in enumerate(plan.people):
        if OWNER in person.roles:
            yield Finding(
                ("people", index, "roles", OWNER), "'owner' means the thread's owner; choose another role"
            )


def _names_in(area: Area, path: Path) -> Iterator[tuple[Path, str]]:
    yield (*path, "key"), area.key
    for c, center in enumerate(area.work_centers):
        at_center = (*path, "work_centers", c)
        yield from _names_of(center.key, center.aliases, at_center)
        for u, unit in enumerate(center.work_units):
            yield from _names_of(unit.key, unit.aliases, (*at_center, "work_units", u))


def _names_of(key: str, aliases: tuple[str, ...], path: Path) -> Iterator[tuple[Path, str]]:
    yield (*path, "key"), key
    own = normal_name(key)
    yield from (
        ((*path, "aliases", i), alias) for i, alias in enumerate(aliases) if normal_name(alias) != own
    )


def _repeated(named: Iterable[tuple[Path, str]], *, what: str) -> Iterator[Finding]:
    first: dict[str, Path] = {}
    for path, name in named:
        if name in first:
            yield Finding(path, f"the {what} {name!r} is taken already; each must be unique")
        first.setdefault(name, path)
