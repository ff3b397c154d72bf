"""Settling from Slack what could not be delivered: whoever the plan lets sends it again or gives it up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.services import undeliverable
from bot.services.people import require
from bot.services.plan_in_force import PlanInForce
from bot.services.undeliverable import UnknownDeliveryError
from bot.store import outbox, quarantines
from bot.store.database import Database, writes
from bot.store.writer_gate import Priority
from rules.audit_entries import Through
from rules.control_plan import Action
from rules.delivery import OutboxRow
from rules.quarantine import Quarantine

MOST_SHOWN = 10
_MOST_LOOKED_AT = 1_000


def troubles(
    database: Database, *, asked_by: str, plan: PlanInForce
) -> tuple[tuple[OutboxRow, ...], Quarantine | None]:
    """What is dead or fails, newest first, and any quarantine; raises PermissionDeniedError."""
    require(plan, asked_by, Action.DELIVER)
    with database.reading() as tx:
        return tuple(outbox.in_trouble(tx, MOST_SHOWN)), quarantines.standing(tx)


@writes(Priority.PRESS)
def retry(tx: Connection, reference: str, *, by: str, plan: PlanInForce, now: datetime) -> OutboxRow:
    """Send it again; raises PermissionDeniedError and UnknownDeliveryError."""
    require(plan, by, Action.DELIVER)
    mark = _marked(tx, reference)
    return undeliverable.send_again(tx, mark, by=by, through=Through.SLACK, now=now)


@writes(Priority.PRESS)
def drop(tx: Connection, reference: str, *, by: str, plan: PlanInForce, now: datetime) -> OutboxRow:
    """Give it up for good; raises PermissionDeniedError and UnknownDeliveryError."""
    require(plan, by, Action.DELIVER)
    mark = _marked(tx, reference)
    return undeliverable.give_up(tx, mark, by=by, through=Through.SLACK, now=now)


def _marked(tx: Connection, reference: str) -> str:
    """Of what is in trouble the one whose mark ends so."""
    found = [row.mark for row in outbox.in_trouble(tx, _MOST_LOOKED_AT) if row.mark.endswith(reference)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownDeliveryError(
            f"{len(found)} deliveries end in {reference}; nothing was changed. Type more of it: "
            + ", ".join(mark[-10:] for mark in found[:5])
        )
    raise UnknownDeliveryError(
        f"There is no delivery in trouble that ends in {reference}; nothing was changed. "
        "`/andon delivery` lists them."
    )
