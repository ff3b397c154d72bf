"""What changes from one version of the plan to the next, in the plan's own words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rules.control_plan import ControlPlan

_IDENTIFIERS = ("key", "source")


class DifferenceKind(StrEnum):
    """How something differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. `path` reads like `rules[line-down].for`; `old` and `new` are JSON, None where absent."""

    path: str
    kind: DifferenceKind
    old: Any
    new: Any

    def __str__(self) -> str:
        match self.kind:
            case DifferenceKind.ADDED:
                return f"added {self.path}: {_shown(self.new)}"
            case DifferenceKind.REMOVED:
                return f"removed {self.path}: {_shown(self.old)}"
            case DifferenceKind.CHANGED:
                return f"changed {self.path}: {_shown(self.old)} → {_shown(self.new)}"


def differences(old: ControlPlan, new: ControlPlan) -> tuple[Difference, ...]:
    """Every difference, in the plan's order. Entries of lists are the same when their keys are equal."""
    return tuple(_compared("", _plain(old), _plain(new)))


def _plain(plan: ControlPlan) -> dict[str, Any]:
    return plan.model_dump(mode="json", by_alias=True)


def _compared(path: str, old: Any, new: Any) -> Iterator[Difference]:
    if old == new:
        return
    old_entries, new_entries = _keyed(old), _keyed(new)
    if old_entries is not None and new_entries is not None:
        yield from _entries(path, old_entries, new_entries)
        yield from _reordered(path, list(old_entries), list(new_entries))
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _fields(path, old, new)
    else:
        yield _difference(path, old, new)


def _entries(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for key in {**old, **new}:
        yield from _compared_or_absent(f"{path}[{key}]", key, old, new)


def _fields(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for key in {**old, **new}:
        yield from _compared_or_absent(f"{path}.{key}" if path else key, key, old, new)


def _compared_or_absent(
    path: str, key: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Difference]:
    if key in old and key in new:
        yield from _compared(path, old[key], new[key])
    elif key in new:
        yield Difference(path, DifferenceKind.ADDED, None, new[key])
    else:
        yield Difference(path, DifferenceKind.REMOVED, old[key], None)


def _difference(path: str, old: Any, new: Any) -> Difference:
    if old in (None, []):
        return Difference(path, DifferenceKind.ADDED, None, new)
    if new in (None, []):
        return Difference(path, DifferenceKind.REMOVED, old, None)
    return Difference(path, DifferenceKind.CHANGED, old, new)


def _reordered(path: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Difference]:
    """Order counts: the first who holds a role is the one who is made owner."""
    before = [key for key in old if key in new]
    after = [key for key in new if key in old]
    if before != after:
        yield Difference(f"{path} (order)", DifferenceKind.CHANGED, before, after)


def _keyed(value: Any) -> dict[str, Any] | None:
    """Entries by their identifier, for a list all of whose entries have one; an empty list lacks none."""
    if not isinstance(value, list):
        return None
    for name in _IDENTIFIERS:
        if all(isinstance(entry, Mapping) and name in entry for entry in value):
            return {entry[name]: entry for entry in value}
    return None


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
