"""Departures: which rows leave now within Slack's pace, and when there is something to send next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.services.delivery import Parcel
from bot.store import bundles, departures, exception_threads, homes, outbox, pace, placements, quarantines
from bot.store.database import Database, writes
from bot.store.writer_gate import Priority
from rules.bundles import MOST_NOTES, may_lead, taken_along
from rules.delivery import LEASE, DeliveryState, OutboxRow, Placement, Purpose
from rules.pace import HISTORY, REPLIES, allowance_of, keys_for, method_of


@writes(Priority.CLOCK, is_news=bool)
def claim(tx: Connection, *, by: str, now: datetime, limit: int) -> list[Parcel]:
    """Lease what may leave now within Slack's pace, the most urgent first, and spend its budget."""
    outbox.expire_leases(tx, now)
    free_at = pace.lock_all(tx)
    if quarantines.standing(tx):
        return []
    blocked = [key for key, free in free_at.items() if allowance_of(key).opens_at(free, now) > now]
    candidates = _with_content(tx, departures.claimable(tx, now, blocked=blocked, limit=limit))
    spent: dict[str, datetime] = {}
    leaving = [parcel for parcel in candidates if _spend(parcel, free_at, spent, now)]
    pace.save(tx, spent)
    leaving = _with_company(tx, leaving, now)
    outbox.claim(tx, [row for parcel in leaving for row in parcel.rows], now, by=by)
    return [_leased(parcel, by, now, state=DeliveryState.SENDING, claimed_at=now) for parcel in leaving]


@writes(Priority.CLOCK, is_news=bool)
def claim_unknown(tx: Connection, *, by: str, now: datetime, limit: int) -> list[Parcel]:
    """Lease posts whose answer was lost, to look for them in Slack; `claimed_at` stays the first claim's."""
    free_at = pace.lock_all(tx)
    if quarantines.standing(tx):
        return []
    spent: dict[str, datetime] = {}
    parcels = [
        parcel
        for parcel in map(partial(_placed_then, tx), _with_content(tx, departures.unknown(tx, now, limit)))
        if _spend_keys(keys_for(_look_up_method(parcel.row.purpose), ""), free_at, spent, now)
    ]
    pace.save(tx, spent)
    together = bundles.of(tx, [parcel.row for parcel in parcels])
    parcels = [_lost_with(parcel, together.get(parcel.row.bundle or "", [])) for parcel in parcels]
    outbox.lease_again(tx, [row for parcel in parcels for row in parcel.lost], now, by=by)
    return [_leased(parcel, by, now) for parcel in parcels]


def next_departure(database: Database, now: datetime) -> datetime | None:
    """When there is something to claim next: a row is due and its budgets are open, or a lease is over.

    Not after `now` when that is so already; None when nothing waits or may be sent. Reads only: a relay that
    waits for Slack's pace need not ask the database for the right to write before the next slot.
    """
    with database.reading() as tx:
        if quarantines.standing(tx):
            return None
        free_at = pace.all_of(tx)
        moments = [_opens_at(keys, free_at, now) for keys in _budgets_waited_for(tx, now)]
        turn = departures.next_turn(tx, now)
    return min([*moments, *([turn] if turn else [])], default=None)


def _budgets_waited_for(tx: Connection, now: datetime) -> Iterator[tuple[str, ...]]:
    for purpose, target, is_placed in departures.ready(tx, now):
        yield keys_for(method_of(purpose, is_placed=is_placed), target)
    for purpose in departures.settled(tx, now):
        yield keys_for(_look_up_method(purpose), "")


def _opens_at(keys: tuple[str, ...], free_at: dict[str, datetime], now: datetime) -> datetime:
    return max(allowance_of(key).opens_at(free_at.get(key), now) for key in keys)


def _spend(parcel: Parcel, free_at: dict[str, datetime], spent: dict[str, datetime], now: datetime) -> bool:
    return _spend_keys(keys_for(parcel.method, parcel.row.target), free_at, spent, now)


def _spend_keys(
    keys: tuple[str, ...], free_at: dict[str, datetime], spent: dict[str, datetime], now: datetime
) -> bool:
    """Spend one call of each budget, or of none when one is used up."""
    if any(allowance_of(key).opens_at(free_at.get(key), now) > now for key in keys):
        return False
    for key in keys:
        free_at[key] = spent[key] = allowance_of(key).spend(free_at.get(key), now)
    return True


def _placed_then(tx: Connection, parcel: Parcel) -> Parcel:
    """A note may have landed under a card whose channel was given up since; it is looked for there."""
    row = parcel.row
    if row.purpose is not Purpose.NOTE or row.thread_id is None or parcel.placement is not None:
        return parcel
    card = outbox.former_card(tx, row.thread_id, row.target)
    return replace(parcel, placement=Placement(row.thread_id, row.target, *card)) if card else parcel


def _leased(parcel: Parcel, by: str, now: datetime, **changes: Any) -> Parcel:
    lease = {"claimed_by": by, "lease_until": now + LEASE, **changes}
    company = tuple(replace(row, **lease) for row in parcel.company)
    return replace(parcel, row=replace(parcel.row, **lease), company=company)


def _with_company(tx: Connection, leaving: list[Parcel], now: datetime) -> list[Parcel]:
    """A note that had to wait takes along what waits behind it in its thread."""
    leaders = [parcel.row for parcel in leaving if may_lead(parcel.row, now)]
    behind = bundles.behind(tx, leaders, MOST_NOTES) if leaders else {}
    together = []
    for parcel in leaving:
        company = taken_along(parcel.row, behind.get(parcel.row.lane, ()), now)
        if company:
            bundles.tie(tx, (parcel.row, *company))
        together.append(replace(parcel, company=company))
    return together


def _lost_with(parcel: Parcel, together: list[OutboxRow]) -> Parcel:
    return replace(parcel, company=tuple(row for row in together if row.seq != parcel.row.seq))


def _look_up_method(purpose: Purpose) -> str:
    return REPLIES if purpose is Purpose.NOTE else HISTORY


def _with_content(tx: Connection, rows: list[OutboxRow]) -> list[Parcel]:
    wanted = {row.thread_id for row in rows if row.thread_id is not None}
    late = {row.seq: _catch_up_ids(row) for row in rows}
    threads = exception_threads.read(tx, wanted.union(*late.values()))
    placed = placements.of_threads(tx, wanted)
    looking = homes.of_people(tx, {_person(row) for row in rows if row.purpose is Purpose.HOME})
    return [
        Parcel(
            row,
            threads.get(row.thread_id or 0),
            next((p for p in placed.get(row.thread_id or 0, ()) if p.target == row.target), None),
            {number: threads[number] for number in late[row.seq] if number in threads},
            looking.get(_person(row)) if row.purpose is Purpose.HOME else None,
        )
        for row in rows
    ]


def _person(row: OutboxRow) -> str:
    return row.target.removeprefix("@")


def _catch_up_ids(row: OutboxRow) -> set[int]:
    return {line["thread_id"] for line in (row.body or {}).get("catch_up", ())}
