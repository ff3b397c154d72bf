"""Departures: which rows may leave for Slack next, in which order, and what the others wait for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, and_, case, func, or_, select

from bot.store.outbox import WAITING, from_row
from bot.store.tables import outbox, placements
from rules.delivery import DeliveryState, OutboxRow, Purpose
from rules.pace import POST, UPDATE, channel_key, method_key


def claimable(tx: Connection, now: datetime, *, blocked: Iterable[str], limit: int) -> list[OutboxRow]:
    """Heads of lanes that may leave now, most urgent first, locked; lanes that lack budget are passed over.

    A lane is as urgent as its most urgent row, or a page would wait behind a mere note. A note waits until
    its thread's card is in Slack.
    """
    heads = _heads()
    query = (
        _ready(select(outbox), heads, now)
        .order_by(heads.c.urgency, outbox.c.seq)
        .limit(limit)
        .with_for_update(skip_locked=True, of=outbox)
    )
    return [from_row(row) for row in tx.execute(_within_budget(query, set(blocked)))]


def ready(tx: Connection, now: datetime) -> list[tuple[Purpose, str, bool]]:
    """What is ready to leave but for Slack's pace: purpose, target, and whether its card is in Slack."""
    is_placed = placements.c.ts.is_not(None)
    query = _ready(select(outbox.c.purpose, outbox.c.target, is_placed), _heads(), now).distinct()
    return [(Purpose(purpose), target, bool(placed)) for purpose, target, placed in tx.execute(query)]


def unknown(tx: Connection, now: datetime, limit: int) -> list[OutboxRow]:
    """Posts whose answer was lost and which have settled, locked; notes once their card was found.

    Of those that left together the first: the others share its fate.
    """
    query = _settled(select(outbox), now)
    query = query.order_by(outbox.c.due).limit(limit).with_for_update(skip_locked=True, of=outbox)
    return [from_row(row) for row in tx.execute(query)]


def settled(tx: Connection, now: datetime) -> set[Purpose]:
    """Of which purposes there are rows to be looked for now."""
    query = _settled(select(outbox.c.purpose), now).distinct()
    return {Purpose(purpose) for purpose in tx.execute(query).scalars()}


def next_turn(tx: Connection, now: datetime) -> datetime | None:
    """When the next row falls due or the next lease ends; `now` when a lease has ended already."""
    is_leased = outbox.c.state == DeliveryState.SENDING
    moment = case((is_leased, outbox.c.lease_until), else_=outbox.c.due)
    query = select(func.min(moment)).where(outbox.c.state.in_(WAITING), or_(is_leased, outbox.c.due > now))
    turn: datetime | None = tx.execute(query).scalar_one()
    return turn


def _heads() -> Subquery:
    lanes = select(
        outbox.c.lane, func.min(outbox.c.seq).label("seq"), func.min(outbox.c.priority).label("urgency")
    )
    return lanes.where(outbox.c.state.in_(WAITING)).group_by(outbox.c.lane).subquery()


def _ready(query: Select[Any], heads: Subquery, now: datetime) -> Select[Any]:
    return (
        query.select_from(outbox)
        .join(heads, heads.c.seq == outbox.c.seq)
        .outerjoin(placements, _is_its_place())
        .where(outbox.c.state == DeliveryState.PENDING, outbox.c.due <= now)
        .where(or_(outbox.c.purpose != Purpose.NOTE, placements.c.ts.is_not(None)))
    )


def _settled(query: Select[Any], now: datetime) -> Select[Any]:
    has_place = or_(
        outbox.c.purpose != Purpose.NOTE, placements.c.target.is_(None), placements.c.ts.is_not(None)
    )
    first = outbox.alias("first")
    is_led = (
        select(first.c.seq)
        .where(first.c.bundle == outbox.c.bundle, first.c.thread_id == outbox.c.thread_id)
        .where(first.c.state == DeliveryState.UNKNOWN, first.c.seq < outbox.c.seq)
    )
    return (
        query.select_from(outbox)
        .outerjoin(placements, _is_its_place())
        .where(has_place, outbox.c.state == DeliveryState.UNKNOWN, outbox.c.due <= now, ~is_led.exists())
    )


def _is_its_place() -> ColumnElement[bool]:
    return and_(placements.c.thread_id == outbox.c.thread_id, placements.c.target == outbox.c.target)


def _within_budget(query: Select[Any], blocked: set[str]) -> Select[Any]:
    """Leave out lanes whose channel or method has no budget, so that they cannot crowd out the others."""
    is_update = (outbox.c.purpose == Purpose.CARD) & placements.c.ts.is_not(None)
    is_no_post = or_(is_update, outbox.c.purpose == Purpose.HOME)
    if method_key(UPDATE) in blocked:
        query = query.where(or_(outbox.c.purpose != Purpose.CARD, placements.c.ts.is_(None)))
    if method_key(POST) in blocked:
        query = query.where(is_no_post)
    full = [key.removeprefix(channel_key("")) for key in blocked if key.startswith(channel_key(""))]
    return query.where(or_(is_no_post, outbox.c.target.not_in(full))) if full else query
