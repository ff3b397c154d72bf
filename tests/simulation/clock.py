"""A replica's clock: the scheduler's time, and what the machine believes of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.simulation.scheduler import Scheduler


class VirtualClock:
    """Tells virtual time. `wrong_by` is what an operator or a time server changes."""

    def __init__(self, scheduler: Scheduler, wrong_by: timedelta) -> None:
        self._scheduler = scheduler
        self.wrong_by = wrong_by

    def now(self) -> datetime:
        """The present moment, as this machine believes."""
        return self._scheduler.now + self.wrong_by
