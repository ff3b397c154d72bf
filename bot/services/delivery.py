"""Delivery, the database's half: what becomes of a row after its call.

Between `departures.claim` and the outcome there is a Slack call and no transaction. A process that dies there
leaves rows in `sending`; when their lease is over they count as unknown and are looked for in Slack. One that
only stood still may come back after that: what it has to say about a row that others took over is not heard.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.services.outbox_rows import card_row
from bot.store import bundles, exception_threads, homes, outbox, pace, placements
from bot.store.database import writes
from bot.store.writer_gate import Priority
from rules.delivery import (
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
from rules.pace import POST, allowance_of, keys_for, method_of


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed row with what sending it takes: the thread as it is now and its card's place, or the Home.

    `company` are the notes that leave with it as one message. Of a lost message they are all that left
    together, whatever became of them since.
    """

    row: OutboxRow
    thread: ExceptionThread | None
    placement: Placement | None
    catch_up: dict[int, ExceptionThread]
    home: Home | None = None
    company: tuple[OutboxRow, ...] = ()

    @property
    def rows(self) -> tuple[OutboxRow, ...]:
        """Everything that one message tells, in order."""
        return tuple(sorted((self.row, *self.company), key=lambda row: row.seq))

    @property
    def lost(self) -> tuple[OutboxRow, ...]:
        """Those of which nobody knows whether Slack shows them."""
        return tuple(row for row in self.rows if row.state is DeliveryState.UNKNOWN)

    @property
    def method(self) -> str:
        """The Web API method that will deliver it."""
        is_placed = self.placement is not None and self.placement.ts is not None
        return method_of(self.row.purpose, is_placed=is_placed)


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
    if any(_is_shown_elsewhere(tx, each, ts) for each in parcel.rows):
        # What was told only here is told again by itself.
        _send_again(tx, parcel, now)
        return False
    for each in parcel.rows:
        outbox.sent(tx, each.seq, now, channel_id=channel_id, ts=ts)
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
    ours = still_held(tx, parcel)
    for each in ours:
        outbox.failed(tx, each, following, error=f"{failure.code}: {failure.advice}", channel_id=None)
    if failure.retry_after is not None:
        slowed = {
            key: now + failure.retry_after + allowance_of(key).slack
            for key in keys_for(parcel.method, row.target)
        }
        pace.save(tx, slowed)
    if following.state is DeliveryState.PENDING:
        bundles.part(tx, ours, alone=False)
        for each in ours:
            _follow_home(tx, each)
    return following.state


@writes(Priority.CLOCK)
def lost_card(tx: Connection, parcel: Parcel, *, now: datetime) -> None:
    """Somebody deleted the card in Slack: it is posted afresh, and what waits for it waits on."""
    row = parcel.row
    if not outbox.held(tx, row):
        return
    if row.thread_id is not None and _is_where_it_was(tx, parcel):
        placements.shown(tx, Placement(row.thread_id, row.target))
        if row.purpose is Purpose.NOTE:
            outbox.add(tx, [card_row(row.thread_id, row.target, Urgency.PAGE, now)])
    _send_again(tx, parcel, now)


@writes(Priority.CLOCK)
def not_found(tx: Connection, parcel: Parcel, *, now: datetime) -> None:
    """Slack does not show a post whose answer was lost: it is sent again."""
    _send_again(tx, parcel, now)


@writes(Priority.CLOCK)
def not_looked_up(tx: Connection, parcel: Parcel, failure: Failure, *, now: datetime) -> None:
    """Slack could not be asked whether it shows a post: it is asked again later."""
    if not outbox.held(tx, parcel.row):
        return
    again = NextTry(DeliveryState.UNKNOWN, now + back_off(parcel.row.attempts + 1), parcel.row.attempts + 1)
    for each in still_held(tx, parcel):
        outbox.failed(tx, each, again, error=f"{failure.code}: {failure.advice}", channel_id=None)


def still_held(tx: Connection, parcel: Parcel) -> list[OutboxRow]:
    """What of a parcel is still leased as it was claimed, locked: nobody else has taken over."""
    return [row for row in parcel.rows if outbox.held(tx, row)]


def _send_again(tx: Connection, parcel: Parcel, now: datetime) -> None:
    ours = still_held(tx, parcel)
    bundles.part(tx, ours, alone=False)
    for each in ours:
        outbox.revive(tx, each.seq, now)
        _follow_home(tx, each)


def _is_shown_elsewhere(tx: Connection, row: OutboxRow, ts: str) -> bool:
    known = outbox.find(tx, row.mark)
    return known is not None and known.state is DeliveryState.SENT and known.ts not in (None, ts)


def _is_where_it_was(tx: Connection, parcel: Parcel) -> bool:
    """Else its card has been posted afresh meanwhile, or its channel was given up."""
    seen = parcel.placement
    there = placements.find(tx, seen.thread_id, seen.target) if seen else None
    return seen is not None and there is not None and there.ts == seen.ts


def _follow_home(tx: Connection, row: OutboxRow) -> None:
    """A note whose channel was given up while it was under way goes where its thread lives now."""
    if row.purpose is not Purpose.NOTE or row.thread_id is None:
        return
    if placements.find(tx, row.thread_id, row.target) is None:
        home = exception_threads.read(tx, (row.thread_id,))[row.thread_id].channel
        outbox.redirect(tx, row.seq, home, note_lane(row.thread_id, home))
