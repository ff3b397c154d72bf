"""The plant: machines that say how they are, and a sender that repeats until it was answered 2xx."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

from bot.services.judging import Judgement
from rules.events import Event
from rules.reception import Fate
from tests.simulation.faults import Fault
from tests.simulation.plan import MACHINES

if TYPE_CHECKING:
    from tests.simulation.world import World

PATIENCE_SECONDS = 10.0
"""How long the sender waits for an answer before it sends the same event again."""


class Plant:
    """Sends events to whichever replica answers. `answered` are the ids of those that were taken.

    `told_as_new` counts how often each was answered as if for the first time.
    """

    def __init__(self, world: World, random: Random) -> None:
        self._world = world
        self._random = random
        self._numbers = count(1)
        self.answered: set[str] = set()
        self.told_as_new: Counter[str] = Counter()
        self.waiting: set[str] = set()

    def something_happens(self) -> None:
        """One machine, one event; sometimes twice, sometimes about a while ago."""
        weather, number = self._world.weather, next(self._numbers)
        type_, data = self._data()
        subject = self._random.choice(list(MACHINES))
        event = Event(f"e{number}", "/plant", type_, subject, self._world.scheduler.now, data)
        if weather.strikes(Fault.OUT_OF_ORDER):
            event = replace(event, time=event.time - timedelta(seconds=self._random.uniform(1, 90)))
        self.report(event)
        if weather.strikes(Fault.DELIVERED_TWICE):
            self._world.scheduler.after(self._random.uniform(0, 30), lambda: self.report(event))

    def _data(self) -> tuple[str, dict[str, Any]]:
        match self._random.randrange(4):
            case 0 | 1:
                return "machine.state", {"state": self._random.choice(["DOWN", "DOWN", "RUNNING"])}
            case 2:
                return "machine.heat", {"celsius": self._random.choice([95, 85, 75, 60])}
            case _:
                return "machine.jam", {"at": "infeed"}

    def report(self, event: Event) -> None:
        """Tell it to whichever replica answers, until one does."""
        if event.id not in self.answered:
            self.waiting.add(event.id)
        replica = self._world.any_replica()
        if replica is None:
            self._again(event)
            return
        answer = replica.intake.submit([event])
        answer.add_done_callback(lambda done: self._answered(event, done))
        self._world.scheduler.after(PATIENCE_SECONDS, lambda: self._given_up(event, answer))

    def _answered(self, event: Event, answer: Future[list[Judgement]]) -> None:
        if answer.exception() is not None:
            self._world.trace.say("plant", f"{event.id} refused")
            self._again(event)
            return
        (judgement,) = answer.result()
        self._world.trace.say("plant", f"{event.id} {event.subject} {event.type} {judgement[0].fate}")
        self.told_as_new[event.id] += judgement[0].fate is not Fate.DUPLICATE
        self.answered.add(event.id)
        self.waiting.discard(event.id)

    def _given_up(self, event: Event, answer: Future[list[Judgement]]) -> None:
        if not answer.done() and event.id in self.waiting:
            self._again(event)

    def _again(self, event: Event) -> None:
        self._world.scheduler.after(5.0, lambda: self.report(event))
