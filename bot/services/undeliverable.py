"""What cannot be delivered: never silent. It is listed, told to the operators, and the thread lives on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.messages.notes import undeliverable as undeliverable_message
from bot.services.audit_notes import at_terminal, note
from bot.services.delivery import Parcel, still_held
from bot.services.outbox_rows import card_row, outbox_row
from bot.services.plan_in_force import PlanInForce
from bot.store import bundles, exception_threads, homes, outbox, placements
from bot.store.database import Database, writes
from bot.store.writer_gate import Priority
from rules.audit_entries import AT_TERMINAL, Through, What
from rules.delivery import (
    DeliveryState,
    Failure,
    NextTry,
    OutboxRow,
    Purpose,
    Urgency,
    direct_lane,
    note_lane,
)


class UnknownDeliveryError(Exception):
    """No delivery has that mark, or it is not one that can be retried or dropped."""


@writes(Priority.CLOCK)
def bury(
    tx: Connection, parcel: Parcel, failure: Failure, *, elsewhere: bool, plan: PlanInForce, now: datetime
) -> None:
    """Slack refuses for good: the row is dead, and the operators are told once while that waits.

    `elsewhere`: the channel is to blame, so the thread is shown there no longer, and if it
    lived there it moves to the catch-all with all its waiting notes.
    """
    row = parcel.row
    if not outbox.held(tx, row):
        return
    if parcel.company:
        # One of them may be what Slack refuses, or all follow their thread: each finds out for itself.
        ours = still_held(tx, parcel)
        bundles.part(tx, ours, alone=not elsewhere)
        for each in ours if not elsewhere else ours[1:]:
            outbox.revive(tx, each.seq, now)
        if not elsewhere:
            return
    fallback = plan.index.plan.catch_all.channel
    dead = NextTry(DeliveryState.DEAD, now, row.attempts + 1)
    outbox.failed(tx, row, dead, error=f"{failure.code}: {failure.advice}", channel_id=None)
    if row.purpose is Purpose.HOME:
        # Nothing is lost: all that it shows is in channels, too. Listed, and drawn again once it is opened.
        homes.forget(tx, row.target.removeprefix("@"))
        return
    if row.target == fallback:
        return
    if elsewhere and parcel.thread is not None:
        exception_threads.held(tx, (parcel.thread.id,))
        # Its card and its notes fail side by side: once told is enough.
        is_news = placements.find(tx, parcel.thread.id, row.target) is not None
        placements.forget(tx, parcel.thread.id, row.target)
        _move(tx, parcel, fallback, now)
        if not is_news:
            return
    _tell_operators(tx, parcel, failure, fallback, now)


def troubled(database: Database, limit: int = 20) -> tuple[OutboxRow, ...]:
    """Deliveries that are dead or have failed and are being tried again, newest first."""
    with database.reading() as tx:
        return tuple(outbox.in_trouble(tx, limit))


def send_again(tx: Connection, mark: str, *, by: str, through: Through, now: datetime) -> OutboxRow:
    """Try a dead delivery once more; raises UnknownDeliveryError."""
    row = _in_state(tx, mark, DeliveryState.DEAD)
    if row.purpose is Purpose.CARD and row.thread_id is not None:
        placements.add(tx, [(row.thread_id, row.target)])
    outbox.revive(tx, row.seq, now)
    _note(tx, What.DELIVERY_RETRIED, row, by, through, now)
    return row


def give_up(tx: Connection, mark: str, *, by: str, through: Through, now: datetime) -> OutboxRow:
    """A dead or waiting delivery is never told; raises UnknownDeliveryError."""
    row = _in_state(tx, mark, DeliveryState.DEAD, DeliveryState.PENDING)
    outbox.drop(tx, row.seq, now, reason=f"dropped by {by.removeprefix(AT_TERMINAL)}")
    _note(tx, What.DELIVERY_DROPPED, row, by, through, now)
    return row


@writes(Priority.PRESS)
def retry(tx: Connection, mark: str, by: str, now: datetime) -> OutboxRow:
    """Somebody at a terminal tries a dead delivery again; raises UnknownDeliveryError."""
    return send_again(tx, mark, by=at_terminal(by), through=Through.CLI, now=now)


@writes(Priority.PRESS)
def drop(tx: Connection, mark: str, by: str, now: datetime) -> OutboxRow:
    """Somebody at a terminal gives one up for good; raises UnknownDeliveryError."""
    return give_up(tx, mark, by=at_terminal(by), through=Through.CLI, now=now)


def _note(tx: Connection, what: What, row: OutboxRow, by: str, through: Through, now: datetime) -> None:
    about = {"purpose": row.purpose.value, "exception": f"EX-{row.thread_id}" if row.thread_id else None}
    old = {**about, "state": row.state.value}
    note(tx, what, f"delivery {row.mark}", by=by, through=through, now=now, old=old)


def _in_state(tx: Connection, mark: str, *states: DeliveryState) -> OutboxRow:
    row = outbox.find(tx, mark)
    if row is None:
        raise UnknownDeliveryError(f"There is no delivery {mark}. `andon delivery list` shows them.")
    if row.state not in states:
        raise UnknownDeliveryError(f"Delivery {mark} is {row.state}; nothing was changed.")
    return row


def _move(tx: Connection, parcel: Parcel, fallback: str, now: datetime) -> None:
    """A fresh card in the catch-all; what was meant for the old thread follows it there."""
    row, thread = parcel.row, parcel.thread
    if thread is None or (row.purpose is Purpose.CARD and row.target != thread.channel):
        return
    exception_threads.move_home(tx, thread.id, fallback)
    placements.add(tx, [(thread.id, fallback)])
    outbox.add(tx, [card_row(thread.id, fallback, Urgency.PAGE, now)])
    if row.purpose is Purpose.NOTE:
        outbox.revive(tx, row.seq, now)
    outbox.redirect_notes(tx, thread.id, row.target, fallback, note_lane(thread.id, fallback))


def _tell_operators(tx: Connection, parcel: Parcel, failure: Failure, operators: str, now: datetime) -> None:
    subject = parcel.thread.name if parcel.thread else "A direct message"
    message = undeliverable_message(subject, parcel.row.target, f"{failure.advice} ({failure.code})")
    row = outbox_row(
        purpose=Purpose.DIRECT,
        target=operators,
        lane=direct_lane(operators),
        urgency=Urgency.NOTE,
        now=now,
        body={"text": message.text, "blocks": message.blocks},
        coalesce_key=f"undeliverable:{parcel.row.target}:{failure.code}",
    )
    outbox.add(tx, [row])
