"""The writer gate: on SQLite one writer at a time, the most urgent first.

Under saturation a press waits seconds behind SQLite's busy handler, which knows no urgency, and a tenth
of a second behind this gate.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum


class Priority(IntEnum):
    """Who goes first when several want to write."""

    PRESS = 0
    CLOCK = 1
    INTAKE = 2
    HOUSEKEEPING = 3


class GateTimeoutError(Exception):
    """The turn did not come in time; nothing was written and nothing will be."""


class WriterGate:
    """A lock that is handed to the most urgent waiter, first come first served within a priority."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._waiting: list[tuple[int, int]] = []
        self._arrivals = 0
        self._held = False

    @property
    def waiting(self) -> int:
        """How many writers stand in the queue."""
        with self._lock:
            return len(self._waiting)

    @contextmanager
    def turn(self, priority: Priority, patience: float) -> Iterator[None]:
        """Hold the gate; raises GateTimeoutError after `patience` seconds of waiting."""
        self._enter(priority, patience)
        try:
            yield
        finally:
            with self._lock:
                self._held = False
                self._lock.notify_all()

    def _enter(self, priority: Priority, patience: float) -> None:
        with self._lock:
            self._arrivals += 1
            ticket = (int(priority), self._arrivals)
            heapq.heappush(self._waiting, ticket)
            mine = self._lock.wait_for(lambda: not self._held and self._waiting[0] == ticket, patience)
            if not mine:
                self._waiting.remove(ticket)
                heapq.heapify(self._waiting)
                self._lock.notify_all()
                raise GateTimeoutError(f"no turn to write within {patience:g} s")
            heapq.heappop(self._waiting)
            self._held = True
