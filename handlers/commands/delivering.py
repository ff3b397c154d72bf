"""`/andon delivery`: what Slack was not told, and settling it."""

from __future__ import annotations

from bot.messages import deliveries
from bot.messages.blocks import Message
from bot.services import settling
from handlers.commands.call import Call
from rules.commands.deliveries import DropDelivery, ListDeliveries, RetryDelivery


def list_deliveries(call: Call, _: ListDeliveries) -> Message:
    """What is dead or fails."""
    caller = call.caller()
    rows, quarantine = settling.troubles(caller.database, asked_by=caller.by, plan=caller.plan)
    return deliveries.deliveries_list(rows, quarantine, caller.plan, most=settling.MOST_SHOWN)


def retry(call: Call, command: RetryDelivery) -> Message:
    """Once more."""
    caller = call.caller()
    row = settling.retry(caller.database, command.reference, by=caller.by, plan=caller.plan, now=caller.now)
    return deliveries.retried(row, caller.plan)


def drop(call: Call, command: DropDelivery) -> Message:
    """Never."""
    caller = call.caller()
    row = settling.drop(caller.database, command.reference, by=caller.by, plan=caller.plan, now=caller.now)
    return deliveries.dropped(row, caller.plan)
