"""A replica: the bot as bot.app composes it, on virtual time, the simulated Slack and a shared database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from bot.housekeeping import Housekeeping
from bot.intake_queue import IntakeQueue
from bot.pulse import Pulse
from bot.relay.composing import compose_relay
from bot.services.judging import Judgement
from bot.services.plan_in_force import PlanInForce
from bot.slack.address_book import AddressBook
from bot.slack.clients import Clients
from bot.slack.optional import native_charts
from bot.slack.uploads import Uploads
from bot.store.database import DatabaseUnavailableError
from bot.sweeper import Sweeper
from handlers.context import Desk
from rules.events import Event
from tests.simulation.clock import VirtualClock
from tests.simulation.effects import Effects
from tests.simulation.pulses import MOMENT, Grapevine, SimulatedPulse
from tests.simulation.simulated_database import SimulatedDatabase
from tests.simulation.slack_client import SimulatedClient

HOUSEKEEPING_SECONDS = 60
"""All of it once a minute; that seals are looked for more often really changes nothing but the wait."""

WORKSPACE = "https://simulated.slack.com/"


class SimulatedSenders(Executor):
    """The relay's senders: each parcel is a task."""

    def __init__(self, effects: Effects) -> None:
        self._effects = effects

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run it in a moment; nobody waits for what comes of it."""
        self._effects.scheduler.spawn(lambda: fn(*args, **kwargs), self._effects.process, after=MOMENT)
        return Future()


class SimulatedIntakeQueue(IntakeQueue):
    """The intake queue without a thread: what was handed over is taken in together in a moment."""

    effects: Effects

    def submit(self, events: Sequence[Event]) -> Future[list[Judgement]]:
        """Hand over one request."""
        answer = super().submit(events)
        self.effects.scheduler.spawn(self._take_what_waits, self.effects.process, after=MOMENT)
        return answer

    def _take_what_waits(self) -> None:
        if self._requests:
            self._take(self._gather())


class Replica:
    """One running process of the bot."""

    def __init__(
        self,
        engine: Engine,
        client: SimulatedClient,
        clock: VirtualClock,
        *,
        effects: Effects,
        grapevine: Grapevine,
        plan: PlanInForce,
    ) -> None:
        self._grapevine = grapevine
        self.effects = effects
        self.process = effects.process
        self.client = client
        self.clock = clock
        self.database = SimulatedDatabase(engine, effects)
        clients = Clients(posting=client, idempotent=client)
        self.addresses = AddressBook(self.database, client, now=clock.now)
        self.intake = SimulatedIntakeQueue(self.database, plan=lambda: plan, now=clock.now)
        self.intake.effects = effects
        self.sweeper = Sweeper(self.database, plan=lambda: plan, now=clock.now, pulse=self._pulse)
        charts = native_charts(now=clock.now)
        self.relay = compose_relay(
            self.database,
            clients,
            self.addresses,
            name=self.process.name,
            plan=lambda: plan,
            now=clock.now,
            workspace_url=lambda: WORKSPACE,
            native_charts=charts,
            pulse=self._pulse,
            senders=SimulatedSenders(effects),
        )
        self._housekeeping = Housekeeping(
            self.database, plan=lambda: plan, now=clock.now, look_for_doubles=self.relay.look_for_doubles
        )
        self.desk = Desk(
            self.database,
            lambda: plan,
            clock,
            lambda: WORKSPACE,
            native_charts=charts,
            uploads=Uploads(client, now=clock.now),
        )

    def start(self) -> None:
        """Begin where the database says that the bot stood."""
        try:
            self.addresses.load()
        except DatabaseUnavailableError:
            self.effects.say("starts without addresses")
        self.database.on_commit += [self.relay.poke, self.sweeper.poke, self._grapevine.news]
        self.relay.start()
        self.sweeper.start()
        for _, work in self._housekeeping.rounds():
            self._every_minute(work)

    def _every_minute(self, work: Callable[[], None]) -> None:
        def do() -> None:
            work()
            self._every_minute(work)

        self.effects.scheduler.spawn(do, self.process, after=HOUSEKEEPING_SECONDS)

    def _pulse(self, name: str, round_: Callable[[], timedelta]) -> Pulse:
        return SimulatedPulse(name, round_, effects=self.effects, grapevine=self._grapevine)
