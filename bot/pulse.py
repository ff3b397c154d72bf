"""A pulse: one thread that works in rounds and rests in between, until there is news or an end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog

from bot.store.database import DatabaseUnavailableError

LONGEST_REST = timedelta(seconds=1)
"""However quiet it is, something is looked at once a second."""

log = structlog.get_logger(__name__)


class Pulse:
    """Calls `round_` again and again; it returns how long there is nothing to do.

    A round that fails is logged and tried again a second later: a loop that ends would be silence.
    """

    def __init__(self, name: str, round_: Callable[[], timedelta]) -> None:
        self._name = name
        self._round = round_
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def is_stopping(self) -> bool:
        """Whether a long round should come to its end."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def poke(self) -> None:
        """There may be something to do: cut the rest short."""
        self._news.set()

    def stop(self, patience: float) -> None:
        """Finish the round at hand, waiting at most `patience` seconds for it."""
        self._stopping.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(patience)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._news.clear()
            rest = self._guarded_round()
            if rest > timedelta():
                self._news.wait(min(rest, LONGEST_REST).total_seconds())

    def _guarded_round(self) -> timedelta:
        try:
            return self._round()
        except DatabaseUnavailableError as error:
            log.warning("pulse.database_unavailable", loop=self._name, error=str(error))
        except Exception:
            log.exception("pulse.round_failed", loop=self._name)
        return LONGEST_REST


MakePulse = Callable[[str, Callable[[], timedelta]], Pulse]
"""How a loop comes by its pulse: a name, and the round to call."""
