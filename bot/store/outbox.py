"""The outbox: what Slack still has to be told. Rows are added in the transaction that made them true."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, func, select, update

from bot.store.rows import ColumnKind, one_of, upsert_sql, with_rows
from bot.store.tables import outbox
from rules.delivery import LEASE, DeliveryState, NextTry, OutboxRow, Purpose

WAITING = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN)
"""States of rows that hold up what stands behind them in their lane."""

_NEW: Mapping[str, ColumnKind] = {
    "mark": "text",
    "purpose": "text",
    "thread_id": "bigint",
    "target": "text",
    "lane": "text",
    "coalesce_key": "text",
    "priority": "bigint",
    "body": "text",
    "state": "text",
    "attempts": "bigint",
    "due": "timestamptz",
    "created_at": "timestamptz",
}
_MORE_URGENT = (
    "UPDATE SET priority = CASE WHEN excluded.priority < outbox.priority "
    "THEN excluded.priority ELSE outbox.priority END"
)
_ADD = upsert_sql("outbox", _NEW, key=("coalesce_key",), then=_MORE_URGENT)


def add(tx: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Queue rows; one whose coalesce key is already waiting is already said, and made as urgent as this one.

    Writing the waiting row also locks it: nobody can claim it, and show what was true before, while the
    transaction that changes what it shows is still under way.
    """
    encoded = [row | {"body": None if row["body"] is None else json.dumps(row["body"])} for row in rows]
    if encoded:
        with_rows(tx, _ADD, _NEW, encoded)


def waiting(tx: Connection, coalesce_keys: Iterable[str]) -> set[str]:
    """Which of these wait already, locked: nobody claims them before the transaction ends."""
    keys = list(coalesce_keys)
    if not keys:
        return set()
    query = select(outbox.c.coalesce_key).where(one_of(tx, outbox.c.coalesce_key, keys))
    return set(tx.execute(query.with_for_update()).scalars())


def claim(tx: Connection, rows: Sequence[OutboxRow], now: datetime, *, by: str) -> None:
    """Lease rows to a sender. A change from now on queues a new card: this one shows what is true now."""
    if rows:
        tx.execute(
            update(outbox)
            .where(outbox.c.seq.in_([row.seq for row in rows]))
            .values(
                state=DeliveryState.SENDING,
                coalesce_key=None,
                claimed_by=by,
                claimed_at=now,
                lease_until=now + LEASE,
            )
        )


def expire_leases(tx: Connection, now: datetime) -> int:
    """What a dead process was sending may have landed: unknown."""
    orphaned = (outbox.c.state == DeliveryState.SENDING) & (outbox.c.lease_until <= now)
    values = {"state": DeliveryState.UNKNOWN, "due": now, "error": "the sender died"}
    return tx.execute(update(outbox).where(orphaned).values(values)).rowcount


def held(tx: Connection, row: OutboxRow) -> bool:
    """Whether the row is still leased as it was claimed, locked: who stood still may come back too late."""
    still = (
        (outbox.c.seq == row.seq)
        & outbox.c.state.in_((DeliveryState.SENDING, DeliveryState.UNKNOWN))
        & (outbox.c.claimed_by == row.claimed_by)
        & (outbox.c.lease_until == row.lease_until)
    )
    return tx.execute(select(outbox.c.seq).where(still).with_for_update()).one_or_none() is not None


def sent(
    tx: Connection, seq: int, now: datetime, *, channel_id: str | None = None, ts: str | None = None
) -> None:
    """Slack has it."""
    values = {
        "state": DeliveryState.SENT,
        "settled_at": now,
        "channel_id": channel_id,
        "ts": ts,
        "error": None,
    }
    tx.execute(update(outbox).where(outbox.c.seq == seq).values(values))


def failed(tx: Connection, row: OutboxRow, following: NextTry, *, error: str, channel_id: str | None) -> None:
    """Write down a failure and what follows from it."""
    dead = following.state is DeliveryState.DEAD
    tx.execute(
        update(outbox)
        .where(outbox.c.seq == row.seq)
        .values(
            state=following.state,
            due=following.due,
            attempts=following.attempts,
            error=error[:2000],
            channel_id=channel_id or row.channel_id,
            settled_at=following.due if dead else None,
        )
    )


def find(tx: Connection, mark: str) -> OutboxRow | None:
    """One row by its mark."""
    row = tx.execute(select(outbox).where(outbox.c.mark == mark).with_for_update()).one_or_none()
    return None if row is None else from_row(row)


def revive(tx: Connection, seq: int, now: datetime) -> None:
    """Try a dead row again."""
    values = {"state": DeliveryState.PENDING, "due": now, "settled_at": None}
    tx.execute(update(outbox).where(outbox.c.seq == seq).values(values))


def drop(tx: Connection, seq: int, now: datetime, *, reason: str) -> None:
    """Give a row up on a human's word."""
    values = {"state": DeliveryState.DROPPED, "settled_at": now, "error": reason, "coalesce_key": None}
    tx.execute(update(outbox).where(outbox.c.seq == seq).values(values))


def redirect_notes(tx: Connection, thread_id: int, old: str, new: str, lane: str) -> None:
    """Notes that wait for a card that will never be shown go where it is shown instead.

    What is under way keeps its target, where it may have landed, and holds up in the new lane what follows.
    """
    stranded = (
        (outbox.c.thread_id == thread_id) & (outbox.c.target == old) & (outbox.c.purpose == Purpose.NOTE)
    )
    is_pending = outbox.c.state == DeliveryState.PENDING
    tx.execute(update(outbox).where(stranded, outbox.c.state.in_(WAITING)).values(lane=lane))
    tx.execute(update(outbox).where(stranded, is_pending).values(target=new))


def redirect(tx: Connection, seq: int, target: str, lane: str) -> None:
    """One row goes elsewhere."""
    tx.execute(update(outbox).where(outbox.c.seq == seq).values(target=target, lane=lane))


def former_card(tx: Connection, thread_id: int, target: str) -> tuple[str, str] | None:
    """Channel id and ts of a card that was posted in a target, also when it has no place there any more."""
    mine = (
        (outbox.c.thread_id == thread_id) & (outbox.c.target == target) & (outbox.c.purpose == Purpose.CARD)
    )
    query = select(outbox.c.channel_id, outbox.c.ts).where(mine, outbox.c.ts.is_not(None))
    row = tx.execute(query.order_by(outbox.c.seq.desc()).limit(1)).one_or_none()
    return None if row is None else (row.channel_id, row.ts)


def next_due(tx: Connection) -> datetime | None:
    """When the next row may be tried or a lease ends, as far as rows alone are concerned."""
    is_leased = outbox.c.state == DeliveryState.SENDING
    moment = case((is_leased, outbox.c.lease_until), else_=outbox.c.due)
    query = select(func.min(moment)).where(outbox.c.state.in_(WAITING))
    due: datetime | None = tx.execute(query).scalar_one()
    return due


def in_trouble(tx: Connection, limit: int) -> list[OutboxRow]:
    """Dead rows, and waiting ones that failed before, newest first."""
    tried = outbox.c.state.in_(WAITING) & (outbox.c.attempts > 0)
    query = select(outbox).where((outbox.c.state == DeliveryState.DEAD) | tried)
    return [from_row(row) for row in tx.execute(query.order_by(outbox.c.seq.desc()).limit(limit))]


def counts(tx: Connection) -> dict[str, int]:
    """How many rows are in each state."""
    query = select(outbox.c.state, func.count().label("total")).group_by(outbox.c.state)
    return {row.state: row.total for row in tx.execute(query)}


def undelivered(tx: Connection) -> dict[str, int]:
    """How many rows Slack was not told, by state."""
    open_states = (*WAITING, DeliveryState.DEAD)
    query = select(outbox.c.state, func.count().label("total")).where(outbox.c.state.in_(open_states))
    return {row.state: row.total for row in tx.execute(query.group_by(outbox.c.state))}


def from_row(row: Row[Any]) -> OutboxRow:
    """The value that a row describes."""
    return OutboxRow(
        seq=row.seq,
        mark=row.mark,
        purpose=Purpose(row.purpose),
        thread_id=row.thread_id,
        target=row.target,
        lane=row.lane,
        priority=row.priority,
        body=row.body,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due=row.due,
        created_at=row.created_at,
        claimed_at=row.claimed_at,
        claimed_by=row.claimed_by,
        lease_until=row.lease_until,
        error=row.error,
        channel_id=row.channel_id,
        ts=row.ts,
        bundle=row.bundle,
    )


def waiting_body(tx: Connection, coalesce_key: str) -> Mapping[str, Any]:
    """The body of the row that waits under a key; add one first to be sure that it does."""
    query = select(outbox.c.body).where(outbox.c.coalesce_key == coalesce_key)
    body: Mapping[str, Any] = tx.execute(query).scalar_one()
    return body


def replace_body(tx: Connection, coalesce_key: str, body: Mapping[str, Any]) -> None:
    """Say more in a row that still waits."""
    tx.execute(update(outbox).where(outbox.c.coalesce_key == coalesce_key).values(body=body))


def lease_again(tx: Connection, rows: Sequence[OutboxRow], now: datetime, *, by: str) -> None:
    """Lease unknown rows to whoever looks for them; when the first attempt began is kept."""
    if rows:
        values = {"due": now + LEASE, "claimed_by": by, "lease_until": now + LEASE}
        tx.execute(update(outbox).where(outbox.c.seq.in_([row.seq for row in rows])).values(values))
