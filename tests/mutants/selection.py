"""Which tests are asked first: those named after the broken module or importing it, then ever wider ones.

Nearly every fault is found within seconds by the tests next door. A survivor has passed all of them, a few
days of simulated bad luck and every scenario. What checks the repository itself (`tests/house`, the
catalogue) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.catalogue import Mutation

_FEW_SEEDS = ("tests/simulation/test_seeds.py", "-k", "on_postgresql or (goes_wrong and (0 or 10 or 20))")
_ROOMS = (
    ("rules/", ("tests/rules",)),
    ("bot/messages/", ("tests/messages",)),
    ("bot/store/", ("tests/store", "tests/services")),
    ("bot/relay/", _FEW_SEEDS),
    ("bot/slack/", ("tests/slack", "tests/sandbox")),
    ("handlers/", ("tests/handlers", "tests/test_web.py")),
    ("bot/", ("tests/services",)),
)
_QUICK = ("tests/rules", "tests/messages", "tests/store", "tests/services", "tests/slack", "tests/handlers")
_SCENARIOS = ("tests/scenarios",)
_WHOLE_BOT = ("tests/processes", "tests/cli", "tests/control_plan", "tests/replay", "tests/sandbox")

REACHES = ("nearest", "room", "quick", "simulation", "scenarios", "whole bot")


@dataclass(frozen=True, slots=True)
class Selection:
    """Arguments for pytest, and the seconds after which a run that goes on counts as a hang."""

    name: str
    arguments: tuple[str, ...]
    seconds: int


def selections(tree: Path, mutation: Mutation, *, reach: str) -> Iterator[Selection]:
    """From the nearest tests of a fault to those as far as `reach`."""
    wanted = REACHES[: REACHES.index(reach) + 1]
    return (each for each in _selections(tree, mutation.file, mutation.ask_first) if each.name in wanted)


def _selections(tree: Path, file: str, ask_first: str) -> Iterator[Selection]:
    near = (ask_first,) if ask_first else tuple(_nearest(tree, file))
    if near:
        yield Selection("nearest", near, 120)
    yield Selection("room", next(tests for folder, tests in _ROOMS if file.startswith(folder)), 400)
    yield Selection("quick", tuple(str(path.relative_to(tree)) for path in _quick(tree)), 600)
    yield Selection("simulation", _FEW_SEEDS, 400)
    yield Selection("scenarios", _SCENARIOS, 900)
    yield Selection("whole bot", _WHOLE_BOT, 900)


def _nearest(tree: Path, file: str) -> list[str]:
    """Quick tests that are named after a module, before those that import it."""
    module = Path(file).with_suffix("")
    folder, name = ".".join(module.parent.parts), module.name
    imports = re.compile(
        rf"^from {re.escape(folder)}\.{name} import|^from {re.escape(folder)} import [^\n]*\b{name}\b", re.M
    )
    tests = list(_quick(tree))
    named = [path for path in tests if name.rstrip("s") in path.stem]
    importing = [path for path in tests if path not in named and imports.search(path.read_text("utf-8"))]
    return [str(path.relative_to(tree)) for path in (*named, *importing)]


def _quick(tree: Path) -> Iterator[Path]:
    """Every test that needs neither a whole bot nor a simulation of one."""
    yield from sorted((tree / "tests").glob("test_*.py"))
    for room in _QUICK:
        yield from sorted((tree / room).rglob("test_*.py"))
