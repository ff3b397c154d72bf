"""Durable intake: events a second from the rules to the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.measuring import Figure, Seconds, rates, seconds
from bench.plant import insert_only, new, nothing_listens, open_threads, repeats, take_in
from bot.store.database import Database
from rules.events import Event

BATCHES = {1: 40, 10: 20, 100: 8, 1_000: 2}
"""Events in a transaction, and how many transactions a round has."""

STREAMS = {
    "no rule listens": nothing_listens,
    "new, 1 % open a thread": new,
    "95 % repeats": repeats,
}


def intake(database: Database, name: str, rounds: int) -> Iterator[Figure]:
    """Every stream at every size of batch."""
    open_threads(database)
    for stream, make in STREAMS.items():
        for size, times in BATCHES.items():
            yield rates(
                f"intake, {stream}, batches of {size:,}",
                name,
                unit="events/s",
                amount=size * times,
                rounds=rounds,
                bare=_timed(insert_only, database, make, size, times),
                andon=_timed(take_in, database, make, size, times),
            )


def _timed(
    take: Callable[[Database, list[Event]], None],
    database: Database,
    make: Callable[[int], list[Event]],
    size: int,
    times: int,
) -> Callable[[], Seconds]:
    """Making the events is not counted."""

    def run() -> Seconds:
        batches = [make(size) for _ in range(times)]
        return seconds(lambda: _take_all(take, database, batches))

    return run


def _take_all(
    take: Callable[[Database, list[Event]], None], database: Database, batches: list[list[Event]]
) -> None:
    for batch in batches:
        take(database, batch)
