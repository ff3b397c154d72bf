"""The loops behind clocks and deliveries: they never end by themselves, and never sleep through anything."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from structlog.testing import capture_logs

from bot.pulse import Pulse
from bot.store.database import DatabaseUnavailableError

WAIT_SECONDS = 60.0
LONG = timedelta(hours=8)


@contextmanager
def beating(round_: Callable[[], timedelta]) -> Iterator[Pulse]:
    pulse = Pulse("test", round_)
    with capture_logs():
        pulse.start()
        try:
            yield pulse
        finally:
            pulse.stop(WAIT_SECONDS)


class Rounds:
    """Rounds that say when there has been a second one; the first may go wrong."""

    def __init__(self, first: Exception | None = None) -> None:
        self.again = threading.Event()
        self._first = first
        self._begun = False

    def one(self) -> timedelta:
        if self._begun:
            self.again.set()
        elif self._first is not None:
            self._begun = True
            raise self._first
        self._begun = True
        return LONG


def test_a_round_that_fails_is_not_the_last() -> None:
    rounds = Rounds(RuntimeError("a fault of ours"))
    with beating(rounds.one):
        assert rounds.again.wait(WAIT_SECONDS)


def test_a_database_that_is_away_for_a_round_is_asked_again() -> None:
    rounds = Rounds(DatabaseUnavailableError("the database is not reachable"))
    with beating(rounds.one):
        assert rounds.again.wait(WAIT_SECONDS)


def test_however_long_it_means_to_rest_it_looks_once_a_second() -> None:
    """Another process may have armed an earlier clock, and clocks of machines are set."""
    rounds = Rounds()
    with beating(rounds.one):
        assert rounds.again.wait(WAIT_SECONDS)
