"""A sender and whoever looks for lost posts, at work on the floor with a given way to Slack."""

from __future__ import annotations

from typing import Any

from slack_sdk import WebClient

from bot.relay.home_tabs import HomeTabs
from bot.relay.reconciling import Reconciler
from bot.relay.sending import Sender
from bot.slack.address_book import AddressBook
from bot.slack.clients import Clients
from bot.slack.optional import native_charts
from bot.telemetry import SaidOnce
from tests.services.floor import Floor


def sender_of(floor: Floor, client: WebClient) -> Sender:
    """Sends with the floor's plan and clock."""
    clients = Clients(posting=client, idempotent=client)
    lent: dict[str, Any] = {"plan": lambda: floor.plan, "now": lambda: floor.now}
    return Sender(
        floor.database,
        clients,
        AddressBook(floor.database, client, now=lambda: floor.now),
        HomeTabs(floor.database, clients, workspace_url=str, **lent),
        said=SaidOnce(),
        native_charts=native_charts(now=lambda: floor.now),
        **lent,
    )


def reconciler_of(floor: Floor, client: WebClient) -> Reconciler:
    """Looks for posts whose answer was lost."""
    clients = Clients(posting=client, idempotent=client)
    return Reconciler(floor.database, clients, sender_of(floor, client), now=lambda: floor.now)
