"""Delivery, the database's half: which rows leave now, and what becomes of each after its call.

Between `claim` and the outcome there is a Slack call and no transaction. A process that dies there leaves
rows in `sending`; when their lease is over they count as unknown and are looked for in Slack. One that only
stood still may come back after that: what it then has to say about a row that others took over is not heard.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.services.outbox_rows import card_row
from bot.store import exception_threads, homes, outbox, pace, placements, quarantines
from bot.store.database import Database, writes
from bot.store.writer_gate import Priority
from rules.delivery import (
    LEASE,
    DeliveryState,
    Failure,
    Home,
    NextTry,
    OutboxRow,
    Placement,
    Purpose,
    Urgency,
    after_failure,
    back_off,
    note_lane,
)
from rules.exception_threads import ExceptionThread
from rules.pace import HISTORY, POST, PUBLISH, REPLIES, UPDATE, allowance_of, keys_for


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed row with what sending it takes: the thread as it is now and its card's place, or the Home."""

    row: OutboxRow
    thread: ExceptionThread | None
    placement: Placement | None
    catch_up: dict[int, ExceptionThread]
    home: Home | None = None

    @property
    def method(self) -> str:
        """The Web API method that will deliver it."""
        if self.row.purpose is Purpose.HOME:
            return PUBLISH
        is_update = self.row.purpose is Purpose.CARD and self.placement is not None and self.placement.ts
        return UPDATE if is_update else POST


@writes(Priority.CLOCK, is_news=bool)
def claim(tx: Connection, *, by: str, now: datetime, limit: int) -> list[Parcel]:
    """Lease what may leave now within Slack's pace, the most urgent first, and spend its budget."""
    outbox.expire_leases(tx, now)
    free_at = pace.lock_all(tx)
    if quarantines.standing(tx):
        return []
    blocked = [key for key, free in free_at.items() if allowance_of(key).opens_at(free, now) > now]
    candidates = _with_content(tx, outbox.claimable(tx, now, blocked=blocked, limit=limit))
    spent: dict[str, datetime] = {}
    leaving = [parcel for parcel in candidates if _spend(parcel, free_at, spent, now)]
    pace.save(tx, spent)
    rows = [parcel.row for parcel in leaving]
    outbox.claim(tx, rows, now, by=by)
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
        for parcel in map(partial(_placed_then, tx), _with_content(tx, outbox.unknown(tx, now, limit)))
        if _spend_keys(keys_for(_look_up_method(parcel), ""), free_at, spent, now)
    ]
    pace.save(tx, spent)
    outbox.lease_again(tx, [parcel.row for parcel in parcels], now, by=by)
    return [_leased(parcel, by, now) for parcel in parcels]


@writes(Priority.CLOCK)
def delivered(
    tx: Connection, parcel: Parcel, *, channel_id: str, ts: str, shown: str | None, now: datetime
) -> bool:
    """Slack has it: the row is done, and a card's placement says what is shown where.

    False when Slack shows it a second time, because another sender took over meanwhile: the post with this
    `ts` is one too many.
    """
    row = parcel.row
    is_ours = outbox.held(tx, row)
    known = outbox.find(tx, row.mark)
    if known is not None and known.state is DeliveryState.SENT and known.ts not in (None, ts):
        return False
    outbox.sent(tx, row.seq, now, channel_id=channel_id, ts=ts)
    if parcel.placement is not None and row.purpose is Purpose.CARD:
        mark = parcel.placement.mark or row.mark
        # Whoever took over may have drawn something newer, and this lies over it now: it is drawn again.
        seen = shown if is_ours else None
        placements.shown(tx, replace(parcel.placement, channel_id=channel_id, ts=ts, mark=mark, shown=seen))
        if not is_ours and row.thread_id is not None:
            outbox.add(tx, [card_row(row.thread_id, row.target, Urgency.CARD, now)])
    return True


@writes(Priority.CLOCK)
def home_drawn(tx: Connection, parcel: Parcel, *, shown: str, plan_version: int, now: datetime) -> None:
    """Slack shows a Home tab as it was at the claim or later."""
    outbox.sent(tx, parcel.row.seq, now)
    if parcel.home is None:
        # Retried by hand after it was refused.
        homes.opened(tx, parcel.row.target.removeprefix("@"), shown, plan_version=plan_version)
    else:
        homes.shown(tx, parcel.home, shown, plan_version=plan_version)


@writes(Priority.CLOCK)
def not_delivered(tx: Connection, parcel: Parcel, failure: Failure, *, now: datetime) -> DeliveryState:
    """A call failed: pending again, unknown or dead; a spent budget is believed over our own account."""
    row = parcel.row
    if not outbox.held(tx, row):
        return row.state
    following = after_failure(row, failure, now, is_post=parcel.method == POST)
    outbox.failed(tx, row, following, error=f"{failure.code}: {failure.advice}", channel_id=None)
    if failure.retry_after is not None:
        slowed = {
            key: now + failure.retry_after + allowance_of(key).slack
            for key in keys_for(parcel.method, row.target)
        }
        pace.save(tx, slowed)
    if following.state is DeliveryState.PENDING:
        _follow_home(tx, row)
    return following.state


@writes(Priority.CLOCK)
def lost_card(tx: Connection, parcel: Parcel, *, now: datetime) -> None:
    """Somebody deleted the card in Slack: it is posted afresh, and what waits for it waits on."""
    row = parcel.row
    if not outbox.held(tx, row):
        return
    if parcel.placement is not None:
        placements.shown(tx, replace(parcel.placement, ts=None, mark=None, shown=None))
    if row.purpose is Purpose.NOTE and row.thread_id is not None:
        outbox.add(tx, [card_row(row.thread_id, row.target, Urgency.PAGE, now)])
    outbox.revive(tx, row.seq, now)


@writes(Priority.CLOCK)
def not_found(tx: Connection, parcel: Parcel, *, now: datetime) -> None:
    """Slack does not show a post whose answer was lost: it is sent again."""
    if outbox.held(tx, parcel.row):
        outbox.revive(tx, parcel.row.seq, now)
        _follow_home(tx, parcel.row)


@writes(Priority.CLOCK)
def not_looked_up(tx: Connection, parcel: Parcel, failure: Failure, *, now: datetime) -> None:
    """Slack could not be asked whether it shows a post: it is asked again later."""
    if not outbox.held(tx, parcel.row):
        return
    again = NextTry(DeliveryState.UNKNOWN, now + back_off(parcel.row.attempts + 1), parcel.row.attempts + 1)
    outbox.failed(tx, parcel.row, again, error=f"{failure.code}: {failure.advice}", channel_id=None)


def next_due(database: Database) -> datetime | None:
    """When the relay has something to look at next, as far as rows alone are concerned."""
    with database.reading() as tx:
        return None if quarantines.standing(tx) else outbox.next_due(tx)


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


def _follow_home(tx: Connection, row: OutboxRow) -> None:
    """A note whose channel was given up while it was under way goes where its thread lives now."""
    if row.purpose is not Purpose.NOTE or row.thread_id is None:
        return
    if placements.find(tx, row.thread_id, row.target) is None:
        home = exception_threads.read(tx, (row.thread_id,))[row.thread_id].channel
        outbox.redirect(tx, row.seq, home, note_lane(row.thread_id, home))


def _leased(parcel: Parcel, by: str, now: datetime, **changes: Any) -> Parcel:
    row = replace(parcel.row, claimed_by=by, lease_until=now + LEASE, **changes)
    return replace(parcel, row=row)


def _look_up_method(parcel: Parcel) -> str:
    return REPLIES if parcel.row.purpose is Purpose.NOTE else HISTORY


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
