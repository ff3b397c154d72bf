"""Pruning: what is old and nobody needs any more goes, a little at a time, and is counted.

Each batch is a short transaction that lets everybody else go first. Exceptions, timelines, readings,
decisions, digests and plans are never pruned; nor is a wake-up row, which is its subject's lock for life.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.store import pruning
from bot.store.database import Database, writes
from bot.store.pruning import Page
from bot.store.writer_gate import Priority
from rules.keeping import Keeping, Kind

BATCH = 100
"""Records in one transaction: with a slow disk it is still over in a few hundredths of a second."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction pruned; `needed` were old and are needed still."""

    kind: Kind
    records: int
    needed: int


@dataclass(frozen=True, slots=True)
class Account:
    """What would go by day, what is old and still needed, what has gone, and the oldest that is there."""

    kind: Kind
    before: datetime | None
    days: Mapping[str, int]
    needed: int
    gone: tuple[int, str, str] | None
    oldest: datetime | None


def prune(database: Database, keeping: Keeping, now: datetime) -> Iterator[Batch]:
    """Prune whatever may go at this moment, a batch with each step. Raises DatabaseUnavailableError.

    Two replicas that do it at once get in nobody's way: each record is deleted, and counted, by one of them.
    """
    for kind, page in _pages(database, keeping, now):
        records = _remove(database, kind, page.days.keys(), now) if page.days else 0
        yield Batch(kind, records, page.needed)


def accounts(database: Database, keeping: Keeping, now: datetime) -> list[Account]:
    """What pruning would do now; changes nothing."""
    days: dict[Kind, Counter[str]] = {kind: Counter() for kind in Kind}
    needed: Counter[Kind] = Counter()
    for kind, page in _pages(database, keeping, now):
        days[kind].update(page.days.values())
        needed[kind] += page.needed
    with database.reading() as tx:
        gone = pruning.gone(tx)
        oldest = {kind: pruning.oldest(tx, kind) for kind in Kind}
    return [
        Account(kind, keeping.before(kind, now), days[kind], needed[kind], gone.get(kind), oldest[kind])
        for kind in Kind
    ]


@writes(Priority.HOUSEKEEPING, is_news=lambda _: False)
def _remove(tx: Connection, kind: Kind, keys: Collection[Any], now: datetime) -> int:
    return pruning.remove(tx, kind, keys, now)


def _pages(database: Database, keeping: Keeping, now: datetime) -> Iterator[tuple[Kind, Page]]:
    for kind in Kind:
        before = keeping.before(kind, now)
        if before is None:
            continue
        with database.reading() as tx:
            search = pruning.search(tx, kind, before)
        cursor = None
        while True:
            with database.reading() as tx:
                page = pruning.page_of(tx, search, cursor, BATCH)
            if page.days or page.needed:
                yield kind, page
            cursor = page.cursor
            if cursor is None:
                break
