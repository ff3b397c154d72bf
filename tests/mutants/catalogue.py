"""The catalogue of planted faults: one YAML file for each guarantee of docs/guarantees.md.

A fault is a text of the production code and what takes its place. The text is found exactly once, so that
nobody plants it elsewhere by mistake; one of several lines is found at whatever indentation it has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "mutations"
REPOSITORY = Path(__file__).parents[2]


class NotApplicableError(Exception):
    """The code has changed, so the fault cannot be planted any more; says what to mend."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """One fault. `hurts` says what a plant would notice; `harmless` why nobody would, where that is so.

    `ask_first` are the tests that find it where they cannot be told from the name of the module.
    """

    name: str
    guarantee: str
    hurts: str
    file: str
    find: str
    replace: str
    ask_first: str = ""
    harmless: str = ""

    def planted_in(self, source: str) -> str:
        """The source with the fault in it; raises NotApplicableError."""
        pattern = _pattern(self.find)
        places = len(pattern.findall(source))
        if places != 1:
            raise NotApplicableError(
                f"{self.name}: its text stands {places} times in {self.file} and must stand there once. "
                f"Bring the entry in tests/mutants/mutations up to date; if the code that it breaks is gone, "
                "remove it."
            )
        return pattern.sub(lambda found: _indented(self.replace, found.groupdict().get("indent", "")), source)


def catalogue() -> tuple[Mutation, ...]:
    """Every fault, by guarantee."""
    return tuple(each for path in sorted(FOLDER.glob("*.yaml")) for each in _read(path))


def _read(path: Path) -> list[Mutation]:
    chapter = yaml.safe_load(path.read_text("utf-8"))
    return [Mutation(guarantee=chapter["guarantee"], **entry) for entry in chapter["mutations"]]


def _pattern(text: str) -> re.Pattern[str]:
    first, *rest = (re.escape(line) for line in text.splitlines())
    if not rest:
        return re.compile(first)
    return re.compile(rf"(?m)^(?P<indent> *){first}" + "".join(rf"\n(?P=indent){line}" for line in rest))


def _indented(text: str, indent: str) -> str:
    return indent + f"\n{indent}".join(text.splitlines())
