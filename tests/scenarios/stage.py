"""The stage: the real bot, the sandbox's Slack, a plant that sends events, and a clock that they share.

Time passes only as fast as a story wants: `fast_forward` goes from one due moment to the next, as the bot
would live through them, and `settle` waits until Slack shows everything that it has to show.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event as Flag
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bot.app import App
from bot.clock import ShiftedClock
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Message
from bot.services import boards
from bot.settings import Settings, SlackMode
from bot.store import homes, outbox, wakeups
from bot.store.outbox import WAITING
from rules.delivery import DeliveryState
from rules.durations import parse_duration
from tests.deadlines import eventually
from tests.scenarios.actors import Actor, words_of
from tests.scenarios.running_bot import RunningBot

SETTLING_SECONDS = 120.0
COMMIT_SECONDS = 0.01
"""How long the bot is given to do the next thing before time itself passes."""

STEP = timedelta(milliseconds=500)


@dataclass(frozen=True, slots=True)
class Became:
    """What the plant was answered: `outcome` such as `opened`, `exception` such as `EX-1`."""

    outcome: str
    exception: str
    says: str


class Stage:
    """One story's world. Use it as a context: leaving it takes everything down."""

    def __init__(self, settings: Settings, sandbox: SandboxServer, clock: ShiftedClock) -> None:
        self.settings = settings
        self.sandbox = sandbox
        self.clock = clock
        self._numbers = itertools.count(1)
        self._committed = Flag()
        self._running: RunningBot | None = None
        self.bot_starts()

    # -- the cast ------------------------------------------------------------------------------------

    def person(self, key: str) -> Actor:
        """Anybody with a Slack account."""
        return Actor(self.sandbox.person(key))

    @property
    def maria(self) -> Actor:
        """Team lead of the filling hall."""
        return self.person("maria")

    @property
    def jonas(self) -> Actor:
        """Shift lead of both areas."""
        return self.person("jonas")

    @property
    def ana(self) -> Actor:
        """Area manager of both areas."""
        return self.person("ana")

    # -- the bot's life ------------------------------------------------------------------------------

    @property
    def app(self) -> App:
        """The bot at work."""
        assert self._running is not None, "the bot is not running in this part of the story"
        return self._running.app

    @property
    def url(self) -> str:
        """Where the bot takes events in."""
        assert self._running is not None, "the bot is not running in this part of the story"
        return self._running.url

    def bot_starts(self) -> None:
        """Begin, or begin again where the database says it stood."""
        self._running = RunningBot(self.settings, self.clock)
        if self.settings.slack_mode is SlackMode.HTTP:
            self.sandbox.requests_url = f"{self.url}/slack/events"
        self.app.database.on_commit.append(self._committed.set)

    def bot_stops(self) -> None:
        """Drain and go away; the database stays."""
        if self._running is not None:
            self._running.stop()
            self._running = None

    # -- the plant -----------------------------------------------------------------------------------

    def event(self, type: str, subject: str, *, at: datetime | None = None, **data: Any) -> Became:
        """Something happens at the plant, now or `at` another time, and is posted to the bot."""
        (became,) = self.events(type, [subject], at=at, **data)
        return became

    def events(
        self, type: str, subjects: Sequence[str], *, at: datetime | None = None, **data: Any
    ) -> list[Became]:
        """The same happens to many subjects at once, and is posted as one batch."""
        time = (at or self.clock.now()).isoformat()
        common = {"specversion": "1.0", "source": "/plant", "type": type, "time": time, "data": data}
        batch = [{**common, "id": f"e{next(self._numbers)}", "subject": subject} for subject in subjects]
        headers = {
            "Authorization": "Bearer mill",
            "Content-Type": "application/cloudevents-batch+json",
        }
        request = Request(f"{self.url}/v1/events", json.dumps(batch).encode(), headers)
        with urlopen(request, timeout=60) as answer:
            entries = json.load(answer)["events"]
        return [Became(each["outcome"], each.get("exception", ""), each["says"]) for each in entries]

    def machine_down(self, machine: str = "filler-1", reason: str = "jam at infeed") -> Message:
        """A machine stops, and everything about it is shown; returns its card."""
        became = self.event("machine.state", machine, state="DOWN", reason=reason)
        assert became.outcome == "opened", became
        self.settle()
        return self.card(became.exception)

    def ready(self) -> dict[str, Any]:
        """What /readyz says, for an operator who looks."""
        try:
            with urlopen(f"{self.url}/readyz", timeout=60) as answer:
                said: dict[str, Any] = json.load(answer)
        except HTTPError as error:
            said = json.load(error)
        return said

    # -- time ----------------------------------------------------------------------------------------

    def fast_forward(self, span: str) -> None:
        """Live through a span such as `5m`: every clock that falls due in it runs out at its time."""
        end = self.clock.now() + parse_duration(span)
        self.settle()
        while (due := self._next_wake_up()) is not None and due <= end:
            self._advance_to(due)
            self.settle()
        self._advance_to(end)
        self.settle()

    def fast_forward_in_silence(self, span: str) -> None:
        """The same while Slack takes nothing: clocks run out, and what they owe waits."""
        self._advance_to(self.clock.now() + parse_duration(span))
        eventually(lambda: not self._is_due(), within=SETTLING_SECONDS, what="every due clock has run out")

    def settle(self, within: float = SETTLING_SECONDS) -> None:
        """Let the bot do all that is owed now and Slack show it; fails after so many real seconds."""
        deadline = time.monotonic() + within
        while not self._is_settled():
            assert time.monotonic() < deadline, f"not settled: {self._waiting_rows()}"
            self._let_it_work()

    def _let_it_work(self) -> None:
        self._committed.clear()
        self.app.sweeper.poke()
        self.app.relay.poke()
        if not self._committed.wait(COMMIT_SECONDS):
            self._pass_time()

    def _pass_time(self) -> None:
        """Nothing happens: the bot waits for Slack's pace or for another try. Time stands while it sends."""
        with self.app.database.reading() as tx:
            due = outbox.next_due(tx)
            is_sending = DeliveryState.SENDING in outbox.counts(tx)
        if due is not None and not is_sending:
            self.clock.advance(max(due - self.clock.now(), STEP))

    def _advance_to(self, moment: datetime) -> None:
        self.clock.advance(max(moment - self.clock.now(), timedelta()))

    def _is_settled(self) -> bool:
        # What is due is asked first: once it has run out, what it owes is waiting already.
        if self._is_due():
            return False
        with self.app.database.reading() as tx:
            return outbox.counts(tx).keys().isdisjoint(WAITING)

    def _is_due(self) -> bool:
        due = self._next_wake_up()
        return due is not None and due <= self.clock.now()

    def _next_wake_up(self) -> datetime | None:
        with self.app.database.reading() as tx:
            return wakeups.earliest(tx)

    def _waiting_rows(self) -> list[str]:
        with self.app.database.reading() as tx:
            return [f"{row.purpose} to {row.target}: {row.error}" for row in outbox.in_trouble(tx, 20)]

    # -- what Slack shows ----------------------------------------------------------------------------

    def looks_at_home(self, person: Actor) -> str:
        """Somebody opens their Home tab and goes on looking at it; returns what it says at first."""
        person.person.opens_home()
        eventually(
            lambda: self._has_looked(person), within=SETTLING_SECONDS, what=f"Home is drawn for {person.id}"
        )
        self.settle()
        return self.home(person)

    def home(self, person: Actor) -> str:
        """What somebody's Home tab shows."""
        return words_of(person.person.home or {"blocks": []})

    def times_drawn(self, person: Actor) -> int:
        """How often somebody's Home tab was published."""
        calls = [call for call in self.sandbox.calls if call.method == "views.publish" and call.error is None]
        return sum(call.arguments["user_id"] == person.id for call in calls)

    def _has_looked(self, person: Actor) -> bool:
        key = person.person.user.key
        with self.app.database.reading() as tx:
            return key in homes.of_people(tx, {key})

    def card(self, name: str) -> Message:
        """The card of an exception in the channel where it lives."""
        channel, ts = self._home(name)
        message = self.sandbox.workspace.message(channel, ts)
        assert message is not None
        return message

    def cards_in(self, channel: str) -> list[str]:
        """What the cards and other top-level messages of a channel say, oldest first."""
        return [words_of(message) for message in self.sandbox.workspace.messages(channel)]

    def notes(self, name: str) -> list[Message]:
        """The replies under an exception's card, oldest first."""
        return self.sandbox.workspace.thread(*self._home(name))

    def thread(self, name: str) -> list[str]:
        """What the replies under an exception's card say."""
        return [words_of(message) for message in self.notes(name)]

    def expect_reply(self, name: str, words: str) -> Message:
        """One note under the card says this, once."""
        found = [note for note in self.notes(name) if words in words_of(note)]
        assert len(found) == 1, f"{words!r} is said {len(found)} times in {self.thread(name)}"
        return found[0]

    def page(self, person: Actor, name: str) -> str:
        """What the latest note says that mentions somebody."""
        return [words_of(note) for note in self.notes(name) if note.mentions(person.id)][-1]

    def paged(self, person: Actor, name: str) -> int:
        """In how many notes of the exception somebody is mentioned."""
        return sum(note.mentions(person.id) for note in self.notes(name))

    def direct_messages(self, key: str) -> list[str]:
        """What the bot wrote to one person."""
        channel = self.sandbox.workspace.direct_channel(key)
        return [words_of(message) for message in self.sandbox.workspace.messages(channel)]

    def _home(self, name: str) -> tuple[str, str]:
        found = boards.permalink_target(self.app.database, int(name.removeprefix("EX-")))
        assert found is not None, f"{name} is not shown in Slack"
        return found
