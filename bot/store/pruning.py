"""Finding old records page by page, and deleting those that nobody needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, delete, func, select

from bot.store.pruning_tables import pruned
from bot.store.rows import insert_into, one_of
from bot.store.tables import events, exception_threads, outbox, signals, slack_deliveries
from rules.delivery import DeliveryState
from rules.exception_threads import State
from rules.keeping import Kind, Needed
from rules.signals import Phase

_ENDED = [state.value for state in State if state.is_closed or state is State.MERGED]
_IS_ALIVE = exception_threads.c.state.not_in(_ENDED) | exception_threads.c.signal_key.is_not(None)
_SETTLED = (DeliveryState.SENT, DeliveryState.DROPPED)

_KEYS: Mapping[Kind, Column[Any]] = {
    Kind.EVENTS: events.c.id,
    Kind.DELIVERIES: outbox.c.seq,
    Kind.SLACK_DELIVERIES: slack_deliveries.c.event_id,
}
_CAME_IN: Mapping[Kind, Column[Any]] = {
    Kind.EVENTS: events.c.received_at,
    Kind.DELIVERIES: outbox.c.created_at,
    Kind.SLACK_DELIVERIES: slack_deliveries.c.received_at,
}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of old records: keys of those that may go, by the day they came in; how many are still needed.

    `cursor` is where the next page begins; None when there is nothing older.
    """

    days: Mapping[Any, str]
    needed: int
    cursor: Any


@dataclass(frozen=True, slots=True)
class Search:
    """Records of a kind that came in before then. `standing`: since when signals stand, by fingerprint."""

    kind: Kind
    before: datetime
    standing: Mapping[str, datetime]


def search(tx: Connection, kind: Kind, before: datetime) -> Search:
    """Begin one. A signal that comes to stand later has no records that are old."""
    query = select(signals.c.fingerprint, func.min(signals.c.since)).group_by(signals.c.fingerprint)
    query = query.where(signals.c.phase != Phase.QUIET.value, signals.c.since.is_not(None))
    is_asked = kind is Kind.EVENTS
    return Search(kind, before, {key: since for key, since in tx.execute(query)} if is_asked else {})  # noqa: C416 - a Row is no pair to dict()


def page_of(tx: Connection, search: Search, after: Any, limit: int) -> Page:
    """The next page; `after` is the cursor of the last one, None to begin."""
    look = {Kind.EVENTS: _events, Kind.DELIVERIES: _deliveries, Kind.SLACK_DELIVERIES: _slack_deliveries}
    return look[search.kind](tx, search, after, limit)


def remove(tx: Connection, kind: Kind, keys: Collection[Any], now: datetime) -> int:
    """Delete records and write down how many of which day; what another replica deleted is its to count."""
    if not keys:
        return 0
    key, came_in = _KEYS[kind], _CAME_IN[kind]
    gone = tx.execute(delete(key.table).where(one_of(tx, key, keys)).returning(came_in)).scalars()
    days = Counter(_day(moment) for moment in gone)
    for day in sorted(days):
        statement = insert_into(tx, pruned).values(kind=kind, day=day, records=days[day], last_at=now)
        more = {"records": pruned.c.records + statement.excluded.records, "last_at": now}
        tx.execute(statement.on_conflict_do_update(index_elements=["kind", "day"], set_=more))
    return days.total()


def gone(tx: Connection) -> dict[str, tuple[int, str, str]]:
    """Of each kind how many records were pruned, and the first and last day on which they came in."""
    columns = (func.sum(pruned.c.records), func.min(pruned.c.day), func.max(pruned.c.day))
    query = select(pruned.c.kind, *columns).group_by(pruned.c.kind)
    return {kind: (total, first, last) for kind, total, first, last in tx.execute(query)}


def oldest(tx: Connection, kind: Kind) -> datetime | None:
    """When the oldest record that is kept came in."""
    found: datetime | None = tx.execute(
        select(_CAME_IN[kind]).order_by(_KEYS[kind]).limit(1)
    ).scalar_one_or_none()
    return found


def _events(tx: Connection, search: Search, after: Any, limit: int) -> Page:
    # In the order of numbers, which is that of time: a page with a younger record in it is the last.
    query = select(events.c.id, events.c.received_at, events.c.subject, events.c.became)
    rows = tx.execute(query.where(events.c.id > (after or 0)).order_by(events.c.id).limit(limit)).all()
    old = [row for row in rows if row.received_at < search.before]
    threads = {row.id: _threads(row.became) for row in old}
    needed = Needed(_alive(tx, {number for each in threads.values() for number in each}), search.standing)
    days = {
        row.id: _day(row.received_at)
        for row in old
        if not needed.wants(subject=row.subject, received_at=row.received_at, threads=threads[row.id])
    }
    return Page(days, len(old) - len(days), _cursor([row.id for row in rows], len(old), limit))


def _deliveries(tx: Connection, search: Search, after: Any, limit: int) -> Page:
    columns = (outbox.c.seq, outbox.c.created_at, outbox.c.settled_at, outbox.c.state)
    query = select(*columns, exception_threads.c.id, _IS_ALIVE.label("alive")).outerjoin(
        exception_threads, exception_threads.c.id == outbox.c.thread_id
    )
    rows = tx.execute(query.where(outbox.c.seq > (after or 0)).order_by(outbox.c.seq).limit(limit)).all()
    old = [row for row in rows if row.created_at < search.before]
    days = {
        row.seq: _day(row.created_at)
        for row in old
        if row.state in _SETTLED
        and (row.settled_at or search.before) < search.before
        and (row.id is None or not row.alive)
    }
    return Page(days, len(old) - len(days), _cursor([row.seq for row in rows], len(old), limit))


def _slack_deliveries(tx: Connection, search: Search, after: Any, limit: int) -> Page:
    columns = (slack_deliveries.c.event_id, slack_deliveries.c.received_at)
    is_done = slack_deliveries.c.due.is_(None)
    query = select(*columns).where(slack_deliveries.c.received_at < search.before, is_done)
    if after is not None:
        query = query.where(slack_deliveries.c.received_at >= after)
    rows = tx.execute(query.order_by(slack_deliveries.c.received_at).limit(limit)).all()
    last = rows[-1].received_at if len(rows) == limit else None
    return Page({row.event_id: _day(row.received_at) for row in rows}, 0, None if last == after else last)


def _alive(tx: Connection, threads: Collection[int]) -> frozenset[int]:
    mine = one_of(tx, exception_threads.c.id, sorted(threads))
    return frozenset(tx.execute(select(exception_threads.c.id).where(mine, _IS_ALIVE)).scalars())


def _threads(became: Mapping[str, Any] | None) -> list[int]:
    told = (became or {}).get("became", ())
    return [each["thread_id"] for each in told if each.get("thread_id") is not None]


def _cursor(keys: Sequence[int], old: int, limit: int) -> int | None:
    return keys[-1] if len(keys) == limit and old == limit else None


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
