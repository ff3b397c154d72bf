"""Counting repeats: what is merely one more occurrence takes the short way, past signal and thread."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.services.outbox_rows import card_row
from bot.store import outbox, placements, repeats
from bot.store.repeats import Repeats, Standing
from bot.store.signals import SignalKey
from rules.delivery import Urgency, card_lane


def count_repeats(
    tx: Connection,
    occurred: Mapping[SignalKey, Collection[datetime]],
    standings: Mapping[SignalKey, Standing],
    now: datetime,
) -> dict[SignalKey, int]:
    """Count what `occurred` on signals that stand and whose threads are worked on; returns these threads.

    Lock first. Whatever is not returned takes the long way: there was more in it than a count.
    """
    candidates = {
        key: Repeats(standings[key], len(times), max(times))
        for key, times in occurred.items()
        if key in standings and standings[key].is_counted
    }
    counted = repeats.count(tx, list(candidates.values()))
    if not counted:
        return {}
    _redraw_cards(tx, counted, now)
    threads = {key: one.standing.thread_id for key, one in candidates.items()}
    return {key: number for key, number in threads.items() if number is not None and number in counted}


def _redraw_cards(tx: Connection, threads: Collection[int], now: datetime) -> None:
    """A card that waits already will show the new count."""
    lanes = {
        card_lane(number, target): (number, target) for number, target in placements.targets(tx, threads)
    }
    waiting = outbox.waiting(tx, lanes)
    missing = [shown for lane, shown in lanes.items() if lane not in waiting]
    outbox.add(tx, [card_row(number, target, Urgency.COUNT, now) for number, target in missing])
