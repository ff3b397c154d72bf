"""A control plan made quick to ask: built once for each version, then only looked things up in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase

from rules.built_in_rules import call_rules
from rules.control_plan import (
    EVERYWHERE,
    Area,
    ControlPlan,
    EscalationPolicy,
    Kpi,
    Person,
    Rule,
    WorkCenter,
    WorkUnit,
)
from rules.kpi_rules import rules_of_all_kpis
from rules.targets import Target, TargetKind, people_of

UNMAPPED_AREA = "Not in the plan"

Part = Area | WorkCenter | WorkUnit

_SPACES = re.compile(r"[\s_]+")
_PATH_SEPARATORS = (re.compile(r"/"), re.compile(r"[/\\.:|>]"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened, and the channel that hears of it. An unmapped place has no area."""

    area: str | None
    area_name: str
    equipment: str
    name: str
    channel: str
    mapped: bool


class PlanIndex:
    """Answers about one version of the plan. Immutable once built, so any thread may ask."""

    def __init__(self, plan: ControlPlan) -> None:
        self.plan = plan
        self._people = {person.key: person for person in plan.people}
        self._rules = {rule.key: rule for rule in (*plan.rules, *rules_of_all_kpis(plan))}
        self._kpis = {kpi.key: kpi for kpi in plan.kpis}
        self._places = _places(plan)
        self._lineages = dict(_lineages(plan))

    def person(self, key: str) -> Person | None:
        return self._people.get(key)

    def policy(self, key: str) -> EscalationPolicy | None:
        return self.plan.escalation_policies.get(key)

    def rule(self, key: str) -> Rule | None:
        return self._rules.get(key)

    def kpi(self, key: str) -> Kpi | None:
        return self._kpis.get(key)

    def rule_keys_about(self, kpi: str) -> frozenset[str]:
        """Every rule whose exceptions hurt the KPI, those that follow from it and from calls included."""
        calls = (rule for rule in call_rules(self.plan) if rule.kpi == kpi)
        return frozenset(rule.key for rule in (*self._rules.values(), *calls) if rule.kpi == kpi)

    def place(self, at: str) -> Place:
        """The place that a key, alias, name or path means; the last part that is known decides.

        What is in no plan still is somewhere: it comes back unmapped, shown in the catch-all's channel.
        """
        for part in _parts_from_the_last(at):
            known = self._places.get(normal_name(part))
            if known:
                return known
        return Place(
            area=None,
            area_name=UNMAPPED_AREA,
            equipment=at,
            name=at,
            channel=self.plan.catch_all.channel,
            mapped=False,
        )

    def lineage(self, at: str) -> tuple[str, ...]:
        """Keys of the equipment that `at` means and of all it is part of; what is unknown stands alone."""
        equipment = self.place(at).equipment
        return self._lineages.get(equipment, (equipment,))

    def known_places(self) -> frozenset[str]:
        """Every name, in its normal form, that `place` recognizes."""
        return frozenset(self._places)

    def holders(self, role: str, area: str | None) -> tuple[Person, ...]:
        """Who holds the role in the area: first those of the area itself, then those who hold it everywhere.

        Outside every area (None) everybody who holds the role anywhere counts, after those who hold it
        everywhere: too many people is a nuisance, nobody is a loss.
        """
        here = [person for person in self.plan.people if area in person.roles.get(role, ())]
        everywhere = [person for person in self.plan.people if EVERYWHERE in person.roles.get(role, ())]
        anywhere = [person for person in self.plan.people if role in person.roles] if area is None else []
        return tuple({person.key: person for person in here + everywhere + anywhere}.values())

    def owner_for(self, owner: str, area: str | None) -> Person | None:
        """The one person accountable: the catch-all's owner where `owner` names nobody, None if both fail.

        Outside every area a role that is held only in areas names nobody: any holder would be a random one.
        """
        target = Target.parse(owner)
        people = people_of(target, owner=None, area=area, index=self)
        if area is None and target.kind is TargetKind.ROLE and target.area is None:
            people = tuple(person for person in people if EVERYWHERE in person.roles[target.name])
        if not people:
            people = people_of(Target.parse(self.plan.catch_all.owner), owner=None, area=area, index=self)
        return people[0] if people else None

    def max_age(self, source: str) -> timedelta:
        """How old an event of this source may be and still page somebody."""
        for limits in self.plan.intake.sources:
            if fnmatchcase(source, limits.source):
                return limits.max_age
        return self.plan.intake.max_age


def normal_name(name: str) -> str:
    """The form in which names of places are compared: `Filler 2`, `filler_2` and `FILLER-2` are one."""
    return _SPACES.sub("-", name.strip()).casefold()


def _parts_from_the_last(at: str) -> Iterator[str]:
    yield at
    for separators in _PATH_SEPARATORS:
        yield from reversed(separators.split(at))


def _places(plan: ControlPlan) -> dict[str, Place]:
    """Every place by every name it goes by; a plain name never hides somebody else's key or alias."""
    spoken: list[tuple[str, Place]] = []
    written: list[tuple[str, Place]] = []
    for area in plan.areas:
        for part, shown in _parts(area):
            place = Place(area.key, area.name, part.key, shown, area.channel, mapped=True)
            written.extend((name, place) for name in (part.key, *_aliases(part)))
            spoken.append((part.name, place))
    return {normal_name(name): place for name, place in reversed(written + spoken)}


def _lineages(plan: ControlPlan) -> Iterator[tuple[str, tuple[str, ...]]]:
    for area in plan.areas:
        yield area.key, (area.key,)
        for center in area.work_centers:
            yield center.key, (center.key, area.key)
            yield from ((unit.key, (unit.key, center.key, area.key)) for unit in center.work_units)


def _parts(area: Area) -> Iterator[tuple[Part, str]]:
    """The area and everything in it, each with the words it is shown by."""
    yield area, area.name
    for center in area.work_centers:
        yield center, center.name
        yield from ((unit, f"{unit.name} · {center.name}") for unit in center.work_units)


def _aliases(part: Part) -> tuple[str, ...]:
    return () if isinstance(part, Area) else part.aliases
