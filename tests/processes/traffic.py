"""A plant and a person who do not stop because a bot dies; each keeps a record of what they were answered."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

import httpx2

from bot.messages.card_actions import ACKNOWLEDGE
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Message
from tests.processes.bot_process import BotProcess

MACHINES = {"filler": "filling", "packer": "packaging", "boiler": "utilities", "dock": "dispatch"}
BETWEEN_EVENTS = 0.05
BETWEEN_PRESSES = 0.3
NO_BUTTON = "no_button"


class Busy(Protocol):
    """Something that goes on until it is told to stop."""

    stopping: threading.Event

    def run(self) -> None: ...


@dataclass
class Feeder:
    """Sends events, and each again until it is answered 2xx; nobody knows better what must be stored.

    `to` says which bot takes the next request; `name` keeps the ids of several feeders apart. A new stoppage
    begins every `between_stoppages` seconds, `stoppages` at the most: each is half a dozen posts in a channel
    that takes one a second, and every third as many in a second one.
    """

    to: Callable[[], BotProcess]
    random: Random
    name: str = "a"
    between_stoppages: float = 2.0
    stoppages: int = 1_000_000
    answered: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    unanswered: int = 0
    opened: int = 0
    under_way: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)
    _last_stoppage: float = 0.0

    def run(self) -> None:
        number = 0
        while not self.stopping.is_set():
            number += 1
            self._send(self._event(f"{self.name}-{number}"))
            self.stopping.wait(BETWEEN_EVENTS)

    def _event(self, event_id: str) -> dict[str, Any]:
        """A new stoppage now and then, otherwise more about an old one."""
        state = "DOWN"
        is_time = not self.opened or time.monotonic() - self._last_stoppage > self.between_stoppages
        if is_time and self.opened < self.stoppages:
            self.opened += 1
            self._last_stoppage = time.monotonic()
            number = self.opened
        else:
            number = self.random.randint(max(1, self.opened - 5), self.opened)
            state = self.random.choice(["DOWN", "DOWN", "RUNNING"])
        machine = list(MACHINES)[number % len(MACHINES)]
        data = {"state": state, "stoppage": f"{self.name}{number}", "everywhere": number % 3 == 0}
        return {
            "id": event_id,
            "source": "/mes",
            "type": "machine.stoppage",
            "subject": machine,
            "data": data,
        }

    def _send(self, event: dict[str, Any]) -> None:
        while True:
            self.under_way.set()
            try:
                answer = self.to().post(event)
            except httpx2.HTTPError:
                self.unanswered += 1
                time.sleep(0.05)  # nobody says when the next bot listens
                continue
            finally:
                self.under_way.clear()
            if answer.is_success:
                self.answered.append(event["id"])
                return
            self.refused.append(answer.status_code)
            time.sleep(0.2)  # as it was asked to, only sooner


@dataclass(frozen=True, slots=True)
class Pressed:
    """One press: on which thread, Slack's word for how it ended, how long that took."""

    thread: str
    error: str | None
    seconds: float


@dataclass
class Presser:
    """Acknowledges every card she sees, newest first, each once; again what failed in Slack's eyes."""

    sandbox: SandboxServer
    pause: float = BETWEEN_PRESSES
    presses: list[Pressed] = field(default_factory=list)
    under_way: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def answered(self) -> set[str]:
        """Threads whose press was acked."""
        return {press.thread for press in self.presses if press.error is None}

    @property
    def failed_but_done(self) -> set[str]:
        """Threads on which Slack said that the press had failed, and yet there was nothing left to press."""
        return {press.thread for press in self.presses if press.error == NO_BUTTON}

    def run(self) -> None:
        while not self.stopping.wait(self.pause):
            card = self._next_card()
            if card is not None:
                self._press(card)

    def _next_card(self) -> Message | None:
        """The newest card of every other stoppage, so that clocks of both kinds run out."""
        done = self.answered
        cards = [card for hall in MACHINES.values() for card in self.sandbox.workspace.messages(hall)]
        for card in sorted(cards, key=lambda card: card.ts, reverse=True):
            name = _thread(card)
            if name and int(name.removeprefix("EX-")) % 2 and name not in done:
                return card
        return None

    def _press(self, card: Message) -> None:
        begun = time.monotonic()
        self.under_way.set()
        try:
            error = self.sandbox.person("maria").presses(card, ACKNOWLEDGE).error
        except (LookupError, SlackRefusal):
            error = NO_BUTTON
        finally:
            self.under_way.clear()
        self.presses.append(Pressed(_thread(card), error, time.monotonic() - begun))


@dataclass
class Asker:
    """Types `/andon mine` without end; that must be answered at any time, too."""

    sandbox: SandboxServer
    pause: float = 0.15
    answers: list[Pressed] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def answered(self) -> int:
        """How many were."""
        return sum(answer.error is None for answer in self.answers)

    def run(self) -> None:
        fatima = self.sandbox.person("fatima")
        while not self.stopping.wait(self.pause):
            begun = time.monotonic()
            error = fatima.types("control-room", "/andon mine").error
            self.answers.append(Pressed("", error, time.monotonic() - begun))


def _thread(card: Message) -> str:
    found = re.search(r"EX-\d+", card.text)
    return found[0] if found else ""


@contextmanager
def at_work(*busy: Busy) -> Iterator[None]:
    """All of them go on beside what happens within; they are stopped at its end."""
    with ThreadPoolExecutor(len(busy)) as pool:
        working = [pool.submit(each.run) for each in busy]
        try:
            yield
        finally:
            for each in busy:
                each.stopping.set()
            for work in working:
                work.result(120)
