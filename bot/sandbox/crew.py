"""The crew: simulated colleagues who answer when they are paged, so that the demo is not an empty plant.

They act through the same buttons and forms as everybody. Now and then somebody does not answer: then a
clock runs out, which is what the visitor came to see. Nobody acts in the visitor's name.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sandbox.crew_answers import answer
from bot.sandbox.crew_decisions import Decider
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Json, Message

LOOK_SECONDS = 2.0
ACKNOWLEDGE_AFTER = (8.0, 24.0)
RESOLVE_AFTER = (30.0, 70.0)
DILIGENCE = 0.75
"""Share of people who answer when they are paged."""

_MENTION = re.compile(r"<@(U\w+)>")


@dataclass
class _Case:
    """A card that somebody will take care of: who, and what they do when."""

    person: str
    acknowledge_at: float
    resolve_at: float
    done: set[str] = field(default_factory=set)


class Crew:
    """Looks at every card each two seconds.

    `visitor` is the key of the person the visitor begins as; `spared` are words in titles of cards that are
    left to them altogether. `decider` is the one of the crew who also decides something.
    """

    def __init__(
        self,
        sandbox: SandboxServer,
        *,
        visitor: str,
        spared: tuple[str, ...],
        decider: Decider | None = None,
        seed: int = 11,
    ) -> None:
        self._sandbox = sandbox
        self._visitor = sandbox.workspace.user(visitor).id
        self._spared = spared
        self._decider = decider
        self._random = random.Random(seed)  # noqa: S311 - variety for a demo, nothing secret
        self._cases: dict[tuple[str, str], _Case] = {}
        self._heard: dict[tuple[str, str], str] = {}
        self._elapsed = 0.0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="crew", daemon=True)

    def start(self) -> None:
        """Come to work."""
        self._thread.start()

    def stop(self) -> None:
        """Go home."""
        self._stopping.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            self._elapsed += LOOK_SECONDS
            for card in list(self._cards()):
                self._look_at(card)
            if self._decider is not None:
                self._decider.look(self._elapsed)

    def _cards(self) -> Iterator[Message]:
        workspace = self._sandbox.workspace
        with workspace.lock:
            channels = list(workspace.directory.channels)
        for channel in channels:
            yield from (card for card in workspace.messages(channel) if _button(card, "Resolve"))

    def _look_at(self, card: Message) -> None:
        place = (card.channel, card.ts)
        taker = self._taker(card)
        if taker is not None and place not in self._cases:
            begin = self._elapsed + self._random.uniform(*ACKNOWLEDGE_AFTER)
            self._cases[place] = _Case(taker, begin, begin + self._random.uniform(*RESOLVE_AFTER))
        case = self._cases.get(place)
        if case is None:
            return
        if self._elapsed >= case.acknowledge_at:
            self._do(case, card, "Acknowledge")
        if self._elapsed >= case.resolve_at and "Acknowledge" in case.done:
            self._do(case, card, "Resolve")
        if "Resolve" in case.done:
            # Should it come back, somebody is paged again and may take it anew.
            del self._cases[place]

    def _taker(self, card: Message) -> str | None:
        """The first of the newly paged who answers; if none does, the next tier will be paged."""
        if any(word in card.text for word in self._spared):
            return None
        return next((each for each in self._newly_paged(card) if self._random.random() < DILIGENCE), None)

    def _newly_paged(self, card: Message) -> list[str]:
        place = (card.channel, card.ts)
        replies = self._sandbox.workspace.thread(*place)
        fresh = [reply for reply in replies if reply.is_bot and reply.ts > self._heard.get(place, "")]
        if fresh:
            self._heard[place] = fresh[-1].ts
        mentioned = dict.fromkeys(found for reply in fresh for found in _MENTION.findall(reply.text))
        return [person for person in mentioned if person != self._visitor]

    def _do(self, case: _Case, card: Message, label: str) -> None:
        """Press a button as the person who was paged, and fill in the form if one opens."""
        button = _button(card, label)
        if button is None or label in case.done:
            return
        case.done.add(label)
        person = self._sandbox.person(case.person)
        try:
            person.presses(card, button["action_id"])
            view = person.open_view
            if view is not None:
                person.submits(view, _filled_in(card.text, view.blocks))
        except (SlackRefusal, LookupError):
            # The card changed under the finger; a person would look again, and so does the next round.
            case.done.discard(label)


def _button(card: Message, label: str) -> Json | None:
    elements = (element for block in card.blocks for element in block.get("elements", ()))
    buttons = (element for element in elements if element.get("type") == "button")
    return next((button for button in buttons if button["text"]["text"].startswith(label)), None)


def _filled_in(title: str, blocks: list[Json]) -> dict[str, dict[str, str]]:
    asked = [block for block in blocks if block["type"] == "input" and not block.get("optional")]
    return {
        block["block_id"]: {block["element"]["action_id"]: answer(title, block["label"]["text"])}
        for block in asked
    }
