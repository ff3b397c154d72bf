"""The trace: what happened, in order, for whoever has to find out why a seed fails."""

from __future__ import annotations

import hashlib
from collections import deque

from tests.simulation.scheduler import Scheduler


class Trace:
    """Hashes every line and keeps the last ones."""

    def __init__(self, scheduler: Scheduler, *, keep: int = 20_000) -> None:
        self._scheduler = scheduler
        self._hash = hashlib.sha256()
        self.lines: deque[str] = deque(maxlen=keep)

    def say(self, who: str, what: str) -> None:
        """One line. Nothing random in itself may stand in it: no marks, no addresses."""
        elapsed = (self._scheduler.now - self._scheduler.start).total_seconds()
        line = f"{elapsed:10.3f}  {who:<9} {what}"
        self._hash.update(line.encode())
        self.lines.append(line)

    @property
    def digest(self) -> str:
        """Equal when and only when everything happened alike."""
        return self._hash.hexdigest()
