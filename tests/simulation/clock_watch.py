"""The clock watch: nothing that is due waits for more than a second while somebody could do it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from bot.store import wakeups

if TYPE_CHECKING:
    from tests.simulation.world import World

ALLOWED = timedelta(seconds=1)
COMING_ROUND = timedelta(seconds=1)
"""After trouble with its database a loop looks again with the next second; the allowance runs from there."""


class ClockWatch:
    """Looks on before time passes."""

    def __init__(self, world: World, engine: Engine) -> None:
        self._world = world
        self._engine = engine
        self._is_outdated = True
        self._earliest: datetime | None = None
        self._first_seen = world.scheduler.now
        self.latest = timedelta()
        """The longest wait of a due clock in healthy times."""

    def look_again(self) -> None:
        """Something was committed."""
        self._is_outdated = True

    def is_anything_due(self) -> bool:
        """Whether a clock should be running out at this moment."""
        self._look()
        furthest = max(replica.clock.now() for replica in self._world.replicas)
        return self._earliest is not None and self._earliest <= furthest

    def time_passes(self, until: datetime) -> None:
        """Nothing happens before `until`. Raises AssertionError when something should have."""
        if self._is_outdated:
            self._look()
        able = [each for each in self._world.replicas if not each.process.is_dead]
        if self._earliest is None or not able or until <= self._earliest:
            return
        due = self._earliest - min(replica.clock.wrong_by for replica in able)
        trouble = self._world.weather.last_trouble + COMING_ROUND
        late = until - max(due, trouble, self._first_seen)
        self.latest = max(self.latest, late)
        assert late <= ALLOWED, f"a clock due at {due:%H:%M:%S.%f} still waits at {until:%H:%M:%S.%f}"

    def _look(self) -> None:
        """An event may be told so late that what follows from it is due already: its wait begins now."""
        with self._engine.connect() as tx:
            earliest = wakeups.earliest(tx)
        if earliest != self._earliest:
            self._earliest, self._first_seen = earliest, self._world.scheduler.now
        self._is_outdated = False
