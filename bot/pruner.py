"""The pruner: once an hour old records go, a batch at a time, and rests between batches."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import structlog

from bot.metrics import PRUNED
from bot.pulse import LONGEST_REST, MakePulse, Pulse
from bot.services.pruning import Batch, prune
from bot.store.database import Database
from rules.keeping import Keeping

EVERY = timedelta(hours=1)
AT_FIRST = timedelta(minutes=1)
"""A bot that has just started has better things to do."""

SHORTEST_REST = timedelta(milliseconds=20)
RESTS = 2
"""Rests for so many times as long as the batch took."""

log = structlog.get_logger(__name__)


class Pruner:
    """Prunes in the background. With several replicas each does what it finds; nothing is counted twice."""

    def __init__(
        self, database: Database, keeping: Keeping, *, now: Callable[[], datetime], pulse: MakePulse = Pulse
    ) -> None:
        self._database = database
        self._keeping = keeping
        self._now = now
        self._pulse = pulse("pruner", self._round)
        self._next = now() + AT_FIRST
        self._batches: Iterator[Batch] | None = None
        self._pruned: Counter[str] = Counter()

    def start(self) -> None:
        """Begin."""
        self._pulse.start()

    def stop(self, patience: float = 10.0) -> None:
        """Finish the batch at hand."""
        self._pulse.stop(patience)

    def _round(self) -> timedelta:
        now = self._now()
        if self._batches is None:
            if now < self._next:
                return LONGEST_REST
            self._batches = prune(self._database, self._keeping, now)
        begun = time.monotonic()
        batch = next(self._batches, None)
        if batch is None:
            self._over(now)
            return LONGEST_REST
        PRUNED.labels(batch.kind).inc(batch.records)
        self._pruned[batch.kind] += batch.records
        return max(RESTS * timedelta(seconds=time.monotonic() - begun), SHORTEST_REST)

    def _over(self, now: datetime) -> None:
        if self._pruned.total():
            log.info("records.pruned", **self._pruned)
        self._pruned.clear()
        self._batches, self._next = None, now + EVERY
