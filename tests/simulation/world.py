"""The world of one seed: replicas, Slack, plant and people, and everything that goes wrong between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random

from sqlalchemy import Engine

from bot.services.plan_in_force import PlanInForce
from rules.channels import channels_of
from tests.simulation.clock import VirtualClock
from tests.simulation.effects import Effects
from tests.simulation.faults import Fault, Stretch, Weather
from tests.simulation.people import People
from tests.simulation.plan import simulated_plan
from tests.simulation.plant import Plant
from tests.simulation.pulses import Grapevine
from tests.simulation.replica import Replica
from tests.simulation.scheduler import Process, Scheduler
from tests.simulation.simulated_slack import SimulatedSlack
from tests.simulation.slack_client import SimulatedClient
from tests.simulation.trace import Trace

MORNING = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
FURTHEST_CLOCK_SECONDS = 20
FURTHEST_OF_TWO_SECONDS = 0.5
"""Replicas lend each other time in leases: their machines' clocks must roughly agree."""


@dataclass(frozen=True, slots=True)
class Script:
    """How much happens in a seed: for how long, how often the plant speaks and people press.

    No fault lasts longer than `longest_stretch`.
    """

    length: timedelta = timedelta(minutes=12)
    seconds_between_events: float = 40.0
    seconds_between_presses: float = 30.0
    longest_stretch: timedelta = timedelta(hours=1)


SHORT = Script(
    length=timedelta(minutes=2),
    seconds_between_events=30.0,
    seconds_between_presses=25.0,
    longest_stretch=timedelta(minutes=1),
)
"""Little enough for a hundred seeds in every test run."""


class World:
    """Everything of one seed. `engine` leads to a fresh migrated database.

    `stretches`: nothing else goes wrong, in place of what the seed would have brought.
    """

    def __init__(
        self,
        seed: int,
        engine: Engine,
        script: Script,
        *,
        plan: PlanInForce | None = None,
        stretches: Sequence[Stretch] | None = None,
        replicas: int | None = None,
    ) -> None:
        self._random = Random(seed)
        self._engine = engine
        self.script = script
        self.scheduler = Scheduler(MORNING)
        self.trace = Trace(self.scheduler)
        self.plan = plan or _plan()
        if stretches is None:
            self.weather = Weather.of_seed(self._random, MORNING, script.length, script.longest_stretch)
        else:
            self.weather = Weather(self._random, MORNING, stretches=stretches)
        channels = [name.removeprefix("#") for name in channels_of(self.plan.index.plan)]
        self.slack = SimulatedSlack(lambda: self.scheduler.now, channels)
        self.plant = Plant(self, self._random)
        self.people = People(self, self._random)
        self.grapevine = Grapevine()
        self.saved_presses = 0
        self.on_commit: Callable[[], None] = lambda: None
        self._starts = 0
        self.replicas = [self._compose() for _ in range(replicas or self._random.choice([1, 2]))]

    def any_replica(self) -> Replica | None:
        """One that would answer."""
        alive = [replica for replica in self.replicas if not replica.process.is_dead]
        return self._random.choice(alive) if alive else None

    @property
    def is_anybody_frozen(self) -> bool:
        """Whether some replica has still to thaw."""
        thaws = [replica.process.frozen_until for replica in self.replicas]
        return any(moment is not None and moment > self.scheduler.now for moment in thaws)

    def opens(self) -> None:
        """Let it begin."""
        for replica in self.replicas:
            self._start(replica)
        self._now_and_then(self.script.seconds_between_events, self.plant.something_happens)
        self._now_and_then(self.script.seconds_between_presses, self.people.somebody_presses)
        if self._random.random() < 0.3 and not self.weather.knows_late_landings:
            self._now_and_then(120.0, self._step_a_clock)
        if self._random.random() < 0.2:
            self._now_and_then(180.0, self._archive_a_channel)

    def calms_down(self) -> None:
        """From now on nothing goes wrong: the dead are started, whatever was archived is back."""
        self.trace.say("world", "all is well from now on")
        self.weather.calm = True
        self.weather.troubled(self.scheduler.now)
        for replica in list(self.replicas):
            if replica.process.is_dead:
                self._replace(replica.process)
        for channel in self.slack.channels.values():
            channel.is_archived = False

    def _compose(self) -> Replica:
        self._starts += 1
        process = Process(f"bot-{self._starts}")
        clock = VirtualClock(self.scheduler, timedelta(seconds=self._random.uniform(-0.2, 0.2)))
        effects = Effects(
            process,
            scheduler=self.scheduler,
            weather=self.weather,
            random=self._random,
            trace=self.trace,
            crash=lambda: self._crash(process),
            committed=self._committed,
        )
        client = SimulatedClient(self.slack, effects, self._random)
        return Replica(self._engine, client, clock, effects=effects, grapevine=self.grapevine, plan=self.plan)

    def _committed(self, is_press: bool) -> None:
        self.saved_presses += is_press
        self.on_commit()

    def _start(self, replica: Replica) -> None:
        self.scheduler.spawn(replica.start, replica.process)

    def _crash(self, process: Process) -> None:
        """It is dead at once; its other tasks end with the next step, and somebody starts it again."""
        process.is_dead = True
        self.weather.troubled(self.scheduler.now)
        self.scheduler.after(0, lambda: self.scheduler.kill(process))
        self.scheduler.after(self._random.choice([1.0, 5.0, 60.0, 900.0]), lambda: self._replace(process))

    def _replace(self, dead: Process) -> None:
        if all(replica.process is not dead for replica in self.replicas):
            return
        self.replicas = [replica for replica in self.replicas if replica.process is not dead]
        self.replicas.append(self._compose())
        self.weather.troubled(self.scheduler.now)
        self.trace.say(self.replicas[-1].process.name, "starts")
        self._start(self.replicas[-1])

    def _step_a_clock(self) -> None:
        replica = self._random.choice(self.replicas)
        furthest = FURTHEST_CLOCK_SECONDS if len(self.replicas) == 1 else FURTHEST_OF_TWO_SECONDS
        before = replica.clock.wrong_by
        replica.clock.wrong_by = timedelta(seconds=self._random.uniform(-furthest, furthest))
        step = (replica.clock.wrong_by - before).total_seconds()
        self.weather.counts[Fault.CLOCK_STEP] += 1
        self.weather.troubled(self.scheduler.now)
        self.trace.say(replica.process.name, f"clock is set by {step:+.1f} s")
        self.grapevine.news()

    def _archive_a_channel(self) -> None:
        channel = self.slack.archive_or_restore()
        self.weather.counts[Fault.CHANNEL_ARCHIVED] += 1
        self.trace.say("slack", f"#{channel.name} {'archived' if channel.is_archived else 'restored'}")

    def _now_and_then(self, mean_seconds: float, work: Callable[[], object]) -> None:
        """Again and again until the script is over."""

        def again() -> None:
            if self.scheduler.now - self.scheduler.start < self.script.length:
                work()
                self._now_and_then(mean_seconds, work)

        self.scheduler.after(self._random.expovariate(1 / mean_seconds), again)


@lru_cache(maxsize=1)
def _plan() -> PlanInForce:
    return simulated_plan()
