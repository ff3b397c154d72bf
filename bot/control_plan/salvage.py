"""What can still be checked of a plan in which some parts are unreadable."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from rules.control_plan import ControlPlan
from rules.coverage import Path

_LISTS = ("areas", "people", "kpis", "call_types", "rules", "sessions")
_STAND_INS: Mapping[str, Any] = {
    "site": {"key": "unreadable", "name": "unreadable", "timezone": "UTC"},
    "areas": [{"key": "unreadable", "name": "unreadable", "channel": "#unreadable"}],
    "people": [{"key": "unreadable", "name": "unreadable", "email": "unreadable@example.com"}],
    "catch_all": {"channel": "#unreadable", "owner": "unreadable", "policy": "unreadable"},
    "escalation_policies": {
        "unreadable": {"tiers": [{"notify": ["owner"]}], "clocks": {"respond": ["1h"]}},
    },
}


@dataclass(frozen=True, slots=True)
class Salvage:
    """A plan of the readable parts.

    `incomplete` are the sections that lost something, `stand_ins` those of which nothing is left at all, and
    `kept` says which entries of a list in the file the salvaged ones are.
    """

    plan: ControlPlan
    incomplete: frozenset[str]
    stand_ins: frozenset[str]
    kept: Mapping[str, tuple[int, ...]]

    def original(self, path: Path) -> Path | None:
        """The path in the file of a path in the salvaged plan; None for what is not from the file."""
        if path[0] in self.stand_ins:
            return None
        match path:
            case (str(section), int(index), *rest) if section in self.kept:
                return (section, self.kept[section][index], *rest)
        return path


def salvage(value: Mapping[str, Any], broken: Collection[Path]) -> Salvage | None:
    """The plan without the entries that the broken paths lead to; None where not even that is a plan."""
    sections = {str(path[0]) for path in broken if path}
    lost = {(path[0], path[1]) for path in broken if len(path) > 1}
    rest, kept = dict(value), {}
    for section in sections:
        rest[section], kept[section] = _readable(section, value.get(section), lost)
    stand_ins = {section for section in _STAND_INS if not rest.get(section)}
    present = {
        section: part for section, part in rest.items() if part and section in ControlPlan.model_fields
    }
    try:
        plan = ControlPlan.model_validate(present | {section: _STAND_INS[section] for section in stand_ins})
    except ValidationError:
        return None
    lists = {section: indexes for section, indexes in kept.items() if section in _LISTS}
    return Salvage(plan, frozenset(sections), frozenset(stand_ins), lists)


def _readable(
    section: str, part: object, lost: Collection[tuple[str | int, str | int]]
) -> tuple[Any, tuple[int, ...]]:
    """What is left of a section, and for a list the places of its entries in the file."""
    if isinstance(part, list) and section in _LISTS:
        indexes = tuple(index for index in range(len(part)) if (section, index) not in lost)
        return [part[index] for index in indexes], indexes
    if isinstance(part, dict) and section == "escalation_policies":
        return {key: policy for key, policy in part.items() if (section, key) not in lost}, ()
    return None, ()
