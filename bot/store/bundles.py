"""Bundles: rows that left for Slack together, under the mark of the first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select, update

from bot.store.outbox import WAITING, from_row
from bot.store.rows import one_of
from bot.store.tables import outbox, placements
from rules.delivery import DeliveryState, OutboxRow, Purpose

_TOLD_ANEW = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT)


def behind(tx: Connection, leaders: Sequence[OutboxRow], limit: int) -> dict[str, list[OutboxRow]]:
    """By lane what waits behind its head, in order, locked; at most `limit` of each."""
    heads = {row.lane: row.seq for row in leaders}
    query = select(outbox).where(outbox.c.lane.in_(list(heads)), outbox.c.state.in_(WAITING))
    found: dict[str, list[OutboxRow]] = defaultdict(list)
    for row in tx.execute(query.order_by(outbox.c.lane, outbox.c.seq).with_for_update()):
        if row.seq > heads[row.lane] and len(found[row.lane]) < limit:
            found[row.lane].append(from_row(row))
    return found


def tie(tx: Connection, rows: Sequence[OutboxRow]) -> None:
    """These leave as one message, under the mark of the first."""
    _mark(tx, rows, rows[0].mark)


def of(tx: Connection, rows: Sequence[OutboxRow]) -> dict[str, list[OutboxRow]]:
    """By mark everything that left together with these rows, in order, whatever became of it since."""
    marks = {row.bundle for row in rows if row.bundle is not None}
    if not marks:
        return {}
    # Its threads lead to it: no index is kept for what is so rare.
    threads = {row.thread_id for row in rows if row.bundle is not None and row.thread_id is not None}
    query = select(outbox).where(one_of(tx, outbox.c.thread_id, threads), outbox.c.bundle.in_(marks))
    found: dict[str, list[OutboxRow]] = defaultdict(list)
    for row in tx.execute(query.order_by(outbox.c.seq).with_for_update()):
        found[row.bundle].append(from_row(row))
    return found


def are_shown_by(tx: Connection, marks: Iterable[str], ts: str) -> bool:
    """Whether a message may tell all of these: of none is it known that it is told elsewhere or later."""
    query = select(outbox.c.state, outbox.c.ts).where(outbox.c.mark.in_(list(marks)))
    return all(state not in _TOLD_ANEW or shown == ts for state, shown in tx.execute(query))


def is_one_too_many(tx: Connection, marks: Iterable[str], ts: str) -> bool | None:
    """Whether a message tells only what another one tells, or what was given up and a human was told so.

    None as long as something of it waits to be told, perhaps by this very message.
    """
    told = tx.execute(select(outbox.c.state, outbox.c.ts).where(outbox.c.mark.in_(list(marks)))).all()
    is_a_card = select(placements.c.ts).where(placements.c.ts == ts, placements.c.mark.in_(list(marks)))
    if tx.execute(is_a_card).first() is not None:
        return False
    if any(state in WAITING for state, _ in told):
        return None
    is_told_here = any(state == DeliveryState.SENT and shown in (None, ts) for state, shown in told)
    return bool(told) and not is_told_here


def part(tx: Connection, rows: Sequence[OutboxRow], *, alone: bool) -> None:
    """They leave anew: each by itself for good when Slack refused them together, else as it comes."""
    together = [row for row in rows if row.purpose is Purpose.NOTE]
    for row in together:
        _mark(tx, [row], row.mark if alone else None)


def _mark(tx: Connection, rows: Sequence[OutboxRow], bundle: str | None) -> None:
    tx.execute(update(outbox).where(outbox.c.seq.in_([row.seq for row in rows])).values(bundle=bundle))
