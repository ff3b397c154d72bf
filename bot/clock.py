"""The one clock. Below this edge time is an argument."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware UTC datetime."""

    def now(self) -> datetime:
        """The present moment."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The present moment."""
        return datetime.now(UTC)


class ShiftedClock:
    """The machine's time plus a shift that can grow: stories are told in seconds."""

    def __init__(self, shift: timedelta = timedelta()) -> None:
        self._shift = shift
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The shifted present."""
        with self._lock:
            return datetime.now(UTC) + self._shift

    def advance(self, by: timedelta) -> None:
        """Let time jump forward."""
        with self._lock:
            self._shift += by
