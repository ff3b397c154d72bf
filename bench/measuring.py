"""Measuring: rounds in which the bare loop and Andon take turns, so that a busy machine slows both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

Seconds = float


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure over several rounds. `ratios` are Andon's speed over the bare loop's, round by round."""

    name: str
    database: str
    unit: str
    andon: tuple[float, ...]
    bare: tuple[float, ...]
    ratios: tuple[float, ...]

    def as_json(self) -> dict[str, Any]:
        """Median and range of everything."""
        return {
            "name": self.name,
            "database": self.database,
            "unit": self.unit,
            "andon": spread(self.andon),
            "bare": spread(self.bare),
            "ratio": spread(self.ratios),
            "rounds": len(self.ratios),
        }


def spread(values: tuple[float, ...]) -> dict[str, float]:
    """Median and range."""
    return {"median": median(values), "least": min(values), "most": max(values)}


def seconds(work: Callable[[], object]) -> Seconds:
    """How long it takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def rates(
    name: str,
    database: str,
    *,
    unit: str,
    amount: int,
    rounds: int,
    bare: Callable[[], Seconds],
    andon: Callable[[], Seconds],
) -> Figure:
    """`amount` per second. The first round warms up and is not counted; who goes first alternates."""
    pairs = []
    for number in range(rounds + 1):
        if number % 2:
            pairs.append((bare(), andon()))
        else:
            slow = andon()
            pairs.append((bare(), slow))
    counted = pairs[1:]
    return Figure(
        name,
        database,
        unit,
        andon=tuple(amount / mine for _, mine in counted),
        bare=tuple(amount / theirs for theirs, _ in counted),
        ratios=tuple(theirs / mine for theirs, mine in counted),
    )
