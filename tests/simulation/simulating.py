"""Simulating one seed: let the world run, let it calm down, and see whether every promise was kept."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import stamina
from sqlalchemy import Engine
from structlog.testing import capture_logs

from bot.store import outbox
from tests.simulation.clock_watch import ClockWatch
from tests.simulation.faults import Fault
from tests.simulation.invariants import broken_promises
from tests.simulation.slack_client import MUCH_LATER_SECONDS
from tests.simulation.world import Script, World

HEALTHY_MINUTE = timedelta(seconds=60)
PACE = timedelta(milliseconds=1250)
"""Slack's slowest budget, that of updates: so much time for each message that waits is Slack's own."""

OWN_BUGS = frozenset(
    {"delivery.broke", "pulse.round_failed", "sweeper.parked", "sweeper.batch_failed", "intake_failed"}
    | {"listener failed", "audit.found"}
)
"""What the bot logs when its own code raises, or its auditor finds that it went wrong unnoticed.

No fault of this world is an excuse for that.
"""

LAST_LOOK = timedelta(seconds=MUCH_LATER_SECONDS) + timedelta(minutes=12)
"""After this nobody looks for a post any more that may have landed after all."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a seed; `broken` is empty when every promise was kept."""

    seed: int
    script: Script
    broken: tuple[str, ...]
    trace: tuple[str, ...]
    digest: str
    steps: int
    faults: Counter[Fault]
    latest_clock: timedelta
    settled_after: timedelta


def simulate(seed: int, engine: Engine, script: Script | None = None) -> Outcome:
    """Run a seed on a fresh migrated database."""
    with stamina.set_testing(True, attempts=5, cap=True), capture_logs() as log:
        world = World(seed, engine, script or Script())
        watch = ClockWatch(world, engine)
        world.on_commit = watch.look_again
        broken: list[str] = []
        settled_after = timedelta()
        try:
            settled_after = _live(world, engine, watch)
            broken += broken_promises(world, engine)
        except Exception:
            broken.append(traceback.format_exc())
        broken += [f"{each['event']}: {each.get('exc_info')}" for each in log if each["event"] in OWN_BUGS]
    return Outcome(
        seed,
        world.script,
        tuple(broken),
        tuple(world.trace.lines),
        world.trace.digest,
        world.scheduler.steps,
        world.weather.counts,
        watch.latest,
        settled_after,
    )


def _live(world: World, engine: Engine, watch: ClockWatch) -> timedelta:
    """The whole story; returns how long Slack took to show the truth once all was well."""
    world.opens()
    ends = [world.scheduler.start + world.script.length, *(each.ends for each in world.weather.stretches)]
    _run(world, watch, lambda: world.scheduler.now >= max(ends))
    world.calms_down()
    _run(world, watch, lambda: not world.is_anybody_frozen)
    calm, before = world.scheduler.now, _queued(engine)
    waiting = _waiting(engine)

    def is_over() -> bool:
        if not (world.plant.waiting or _waiting(engine) or watch.is_anything_due()):
            return True
        allowed = HEALTHY_MINUTE + PACE * (waiting + _queued(engine) - before)
        return world.scheduler.now > calm + allowed

    _run(world, watch, is_over)
    settled = world.scheduler.now
    if world.weather.counts[Fault.LANDS_MUCH_LATER] or world.weather.counts[Fault.FREEZE]:
        _run(world, watch, lambda: world.scheduler.now > settled + LAST_LOOK)
        _run(world, watch, lambda: not (_waiting(engine) or watch.is_anything_due()))
    return settled - calm


def _run(world: World, watch: ClockWatch, until: Callable[[], bool]) -> None:
    while not until() and (upcoming := world.scheduler.next_at) is not None:
        watch.time_passes(upcoming)
        world.scheduler.step()


def _waiting(engine: Engine) -> int:
    with engine.connect() as tx:
        counts = outbox.counts(tx)
    return sum(counts.get(state, 0) for state in outbox.WAITING)


def _queued(engine: Engine) -> int:
    """How many messages were ever queued."""
    with engine.connect() as tx:
        return sum(outbox.counts(tx).values())
