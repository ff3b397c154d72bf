"""Telling what became of seeds: for whoever has to find out, and for whoever wants one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.simulation.faults import Fault
from tests.simulation.simulating import Outcome
from tests.simulation.world import SHORT


def story_of(outcome: Outcome, *, lines: int = 120) -> str:
    """What happened last, what was broken by it, and how to see it again."""
    trace = "\n".join(outcome.trace[-lines:])
    broken = "\n".join(f"  ✗ {each}" for each in outcome.broken)
    again = f"make simulate SEED={outcome.seed}{' SHORT=1' if outcome.script == SHORT else ''}"
    return f"{trace}\n\nSeed {outcome.seed} broke what was promised:\n{broken}\n\nSee it again: {again}"


def summary(outcomes: Iterable[Outcome]) -> str:
    """How many seeds, steps and faults of each kind, and which seeds failed."""
    many = list(outcomes)
    faults: Counter[Fault] = sum((outcome.faults for outcome in many), Counter())
    failed = [str(outcome.seed) for outcome in many if outcome.broken]
    steps = sum(outcome.steps for outcome in many)
    latest = max((outcome.latest_clock for outcome in many), default=None)
    settled = sorted(outcome.settled_after for outcome in many)
    kinds = ", ".join(f"{fault} {times:,}" for fault, times in faults.most_common())
    lines = [
        f"{len(many):,} seeds, {steps:,} steps, {faults.total():,} faults, {len(failed)} failed"
        + (f": {' '.join(failed)}" if failed else ""),
        f"faults: {kinds}",
    ]
    if many and latest is not None:
        median, worst = settled[len(settled) // 2], settled[-1]
        lines.append(
            f"latest clock {latest.total_seconds():.3f} s; Slack showed the truth "
            f"{median.total_seconds():.0f} s (median) to {worst.total_seconds():.0f} s after all was well"
        )
    return "\n".join(lines)
