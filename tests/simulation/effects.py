"""Effects: the moments between which a process may die, freeze, or wait for the world outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from greenlet import getcurrent, greenlet

from tests.simulation.faults import Fault, Weather
from tests.simulation.scheduler import Crashed, Process, Scheduler
from tests.simulation.trace import Trace

LONGEST_FREEZE_SECONDS = 180
"""Three times the lease of a delivery: others take over what a frozen process still believes to hold."""


class Effects:
    """What one process does to the world goes through here."""

    def __init__(
        self,
        process: Process,
        *,
        scheduler: Scheduler,
        weather: Weather,
        random: Random,
        trace: Trace,
        crash: Callable[[], None],
        committed: Callable[[bool], None],
    ) -> None:
        self.process = process
        self.scheduler = scheduler
        self.weather = weather
        self._random = random
        self._trace = trace
        self._crash = crash
        self._committed = committed
        self.open_transactions = 0
        self._saved: set[greenlet] = set()
        self._unanswered: set[greenlet] = set()
        self._told: dict[greenlet, str] = {}

    def committed(self, *, is_press: bool) -> None:
        """The task at hand has committed; `is_press`: what a person asked for."""
        if is_press:
            self._saved.add(getcurrent())
        self._committed(is_press)

    def has_saved(self) -> bool:
        """Whether the task at hand has committed what a person asked for."""
        return getcurrent() in self._saved

    def unanswered(self) -> None:
        """The task at hand has committed, and will never hear so."""
        self._unanswered.add(getcurrent())

    def is_unanswered(self) -> bool:
        """Whether the task at hand cannot know what became of its commit."""
        return getcurrent() in self._unanswered

    def tell(self, words: str) -> None:
        """The task at hand tells a person something that only they see; whether it comes through or not."""
        self._told[getcurrent()] = words

    def told(self) -> str:
        """What the task at hand has told; nothing when all went well."""
        return self._told.get(getcurrent(), "")

    def now(self) -> datetime:
        """The true time."""
        return self.scheduler.now

    def say(self, what: str) -> None:
        """Into the trace."""
        self._trace.say(self.process.name, what)

    def pause(self, seconds: float) -> None:
        """Wait for the world outside, which nothing may do within a transaction (Law 4)."""
        assert self.open_transactions == 0, "Slack is called inside a transaction"
        self.scheduler.pause(seconds)

    def boundary(self, between: str, *, may_freeze: bool = True) -> None:
        """Here a process may die or stand still for a while."""
        if self.weather.strikes(Fault.CRASH):
            self.say(f"dies: {between}")
            self._crash()
            raise Crashed
        if may_freeze and self.weather.strikes(Fault.FREEZE):
            seconds = self._random.uniform(1, LONGEST_FREEZE_SECONDS)
            self.say(f"freezes for {seconds:.0f} s: {between}")
            thaws = self.now() + timedelta(seconds=seconds)
            self.process.frozen_until = thaws
            self.weather.troubled(thaws)
            self.pause(seconds)
