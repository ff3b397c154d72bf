"""Whom a target names: `owner`, `role`, `role@area`, `role@<area key>`, `@person`, `#channel`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from rules.control_plan import Person

OWNER = "owner"
THREADS_AREA = "area"

_CHANNEL_ID = re.compile(r"^[CG][A-Z0-9]{7,}$")


class TargetKind(StrEnum):
    """What sort of word a target is."""

    OWNER = "owner"
    ROLE = "role"
    PERSON = "person"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Target:
    """A target taken apart. `area` is None where the thread's own area is meant."""

    kind: TargetKind
    name: str
    area: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Target":
        """Never fails: what is no other kind is a role, and whether the role exists is asked elsewhere."""
        if text == OWNER:
            return cls(TargetKind.OWNER, text)
        if text.startswith("@"):
            return cls(TargetKind.PERSON, text.removeprefix("@"))
        if text.startswith("#") or _CHANNEL_ID.match(text):
            return cls(TargetKind.CHANNEL, text)
        role, _, area = text.partition("@")
        return cls(TargetKind.ROLE, role, None if area in ("", THREADS_AREA) else area)


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who and where: each once, in the order of the targets."""

    people: tuple[Person, ...] = ()
    channels: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.channels)


class Directory(Protocol):
    """What finding people takes; `rules.plan_index.PlanIndex` is one."""

    def person(self, key: str) -> Person | None: ...

    def holders(self, role: str, area: str | None) -> tuple[Person, ...]: ...


def recipients(notify: Sequence[str], *, owner: str | None, area: str | None, index: Directory) -> Recipients:
    """Everybody whom the targets name, for a thread owned by a person (key) in an area (key)."""
    targets = [Target.parse(text) for text in notify]
    people = [
        person for target in targets for person in people_of(target, owner=owner, area=area, index=index)
    ]
    channels = [target.name for target in targets if target.kind is TargetKind.CHANNEL]
    return Recipients(
        people=tuple({person.key: person for person in people}.values()),
        channels=tuple(dict.fromkeys(channels)),
    )


def people_of(target: Target, *, owner: str | None, area: str | None, index: Directory) -> tuple[Person, ...]:
    """The people behind one target; a person whom the plan no longer knows is nobody."""
    match target.kind:
        case TargetKind.OWNER:
            found = index.person(owner) if owner else None
        case TargetKind.PERSON:
            found = index.person(target.name)
        case TargetKind.ROLE:
            return index.holders(target.name, target.area or area)
        case TargetKind.CHANNEL:
            return ()
    return (found,) if found else ()
