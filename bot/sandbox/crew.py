"""The crew: simulated colleagues who answer when they are paged, so that the demo is not an empty plant.

They act through the same buttons and forms as everybody. Now and then somebody does not answer: then a
clock runs out, which is what the visitor came to see.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Json, Message

LOOK_SECONDS = 2.0
ACKNOWLEDGE_AFTER = (8.0, 24.0)
RESOLVE_AFTER = (30.0, 70.0)
DILIGENCE = 0.75
"""Share of pages that somebody answers."""

ANSWERS = (
    "Worn guide rail let the part tilt",
    "Replaced it, and put it on the weekly check",
    "Adjusted and watched for ten minutes",
)

_MENTION = re.compile(r"<@(U\w+)>")


@dataclass
class _Case:
    """A card that the crew has seen: who was paged, and what they will do when."""

    person: str
    acknowledge_at: float | None
    resolve_at: float
    done: set[str] = field(default_factory=set)


class Crew:
    """Looks at every card each two seconds. `spared` are words in titles that are left to the visitor."""

    def __init__(self, sandbox: SandboxServer, *, spared: tuple[str, ...], seed: int = 11) -> None:
        self._sandbox = sandbox
        self._spared = spared
        self._random = random.Random(seed)  # noqa: S311 - variety for a demo, nothing secret
        self._cases: dict[tuple[str, str], _Case] = {}
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

    def _cards(self) -> Iterator[Message]:
        workspace = self._sandbox.workspace
        with workspace.lock:
            channels = list(workspace.directory.channels)
        for channel in channels:
            yield from (card for card in workspace.messages(channel) if _button(card, "Resolve"))

    def _look_at(self, card: Message) -> None:
        case = self._cases.get((card.channel, card.ts)) or self._take_up(card)
        if case is None:
            return
        if case.acknowledge_at is not None and self._elapsed >= case.acknowledge_at:
            self._do(case, card, "Acknowledge")
        if self._elapsed >= case.resolve_at and "Acknowledge" in case.done:
            self._do(case, card, "Resolve")

    def _take_up(self, card: Message) -> _Case | None:
        replies = self._sandbox.workspace.thread(card.channel, card.ts)[1:]
        paged = next((found.group(1) for reply in replies if (found := _MENTION.search(reply.text))), None)
        if paged is None or any(word in card.text for word in self._spared):
            return None
        answers = self._random.random() < DILIGENCE
        begin = self._elapsed + self._random.uniform(*ACKNOWLEDGE_AFTER)
        case = _Case(paged, begin if answers else None, begin + self._random.uniform(*RESOLVE_AFTER))
        self._cases[(card.channel, card.ts)] = case
        return case

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
                person.submits(
                    view, {block["block_id"]: _answer(block, self._random) for block in _inputs(view.blocks)}
                )
        except (SlackRefusal, LookupError):
            # The card changed under the finger; a person would look again, and so does the next round.
            case.done.discard(label)


def _button(card: Message, label: str) -> Json | None:
    elements = (element for block in card.blocks for element in block.get("elements", ()))
    buttons = (element for element in elements if element.get("type") == "button")
    return next((button for button in buttons if button["text"]["text"].startswith(label)), None)


def _inputs(blocks: list[Json]) -> list[Json]:
    return [block for block in blocks if block["type"] == "input" and not block.get("optional")]


def _answer(block: Json, chance: random.Random) -> dict[str, str]:
    return {block["element"]["action_id"]: chance.choice(ANSWERS)}
