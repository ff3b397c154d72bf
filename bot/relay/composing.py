"""Composing: the relay with all its parts, the same in the bot and in a simulation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime

from bot.pulse import MakePulse, Pulse
from bot.relay.home_tabs import HomeTabs
from bot.relay.loop import Relay
from bot.relay.reconciling import Reconciler
from bot.relay.sending import Sender
from bot.services.plan_in_force import PlanInForce
from bot.slack.address_book import AddressBook
from bot.slack.clients import Clients
from bot.slack.optional import OptionalFeature
from bot.store.database import Database
from bot.telemetry import SaidOnce


def compose_relay(
    database: Database,
    clients: Clients,
    addresses: AddressBook,
    *,
    name: str,
    plan: Callable[[], PlanInForce],
    now: Callable[[], datetime],
    workspace_url: Callable[[], str],
    native_charts: OptionalFeature,
    pulse: MakePulse = Pulse,
    senders: Executor | None = None,
) -> Relay:
    """`name` tells this process from others; `pulse` and `senders` are the threads that it works on."""
    homes = HomeTabs(database, clients, plan=plan, now=now, workspace_url=workspace_url)
    sender = Sender(
        database,
        clients,
        addresses,
        homes,
        plan=plan,
        now=now,
        said=SaidOnce(),
        native_charts=native_charts,
    )
    reconciler = Reconciler(database, clients, sender, now=now)
    return Relay(database, sender, reconciler, name=name, now=now, pulse=pulse, senders=senders)
