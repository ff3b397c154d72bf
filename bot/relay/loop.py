"""The relay's loop: claim what may leave, hand it to senders, sleep until there is more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog

from bot.pulse import LONGEST_REST, MakePulse, Pulse
from bot.relay.holding import Holding
from bot.relay.reconciling import Reconciler
from bot.relay.sending import Sender
from bot.services import departures
from bot.services.delivery import Parcel
from bot.services.thread_log import about_parcel
from bot.store.database import Database, DatabaseUnavailableError
from rules.delivery import Failure

SENDERS = 6
SHORTEST_REST = timedelta(milliseconds=100)
"""After a claim that came to nothing, because another relay was quicker."""

log = structlog.get_logger(__name__)


class Relay:
    """Brings the outbox to Slack with a few senders at a time.

    `holding` says whether something holds up everything. `pulse` and `senders` are the threads that it works
    on; a simulation lends it others.
    """

    def __init__(
        self,
        database: Database,
        sender: Sender,
        reconciler: Reconciler,
        *,
        name: str,
        now: Callable[[], datetime],
        pulse: MakePulse = Pulse,
        senders: Executor | None = None,
    ) -> None:
        self._database = database
        self._sender = sender
        self._reconciler = reconciler
        self._name = name
        self._now = now
        self._pool = senders or ThreadPoolExecutor(SENDERS, thread_name_prefix="relay")
        self._in_flight = threading.Semaphore(SENDERS)
        self._pulse = pulse("relay", self._round)
        self.holding = Holding(now)

    def start(self) -> None:
        """Begin."""
        self._pulse.start()

    def poke(self) -> None:
        """There may be something to send."""
        self._pulse.poke()

    def look_for_doubles(self) -> None:
        """Delete what Slack landed after all when it had been sent again; raises DatabaseUnavailableError."""
        self._reconciler.doubles.look()

    def stop(self, patience: float = 10.0) -> None:
        """Finish what is being sent, claim nothing more."""
        self._pulse.stop(patience)
        self._pool.shutdown(wait=True)

    def _round(self) -> timedelta:
        """Send what may leave; returns how long there is nothing to do."""
        now = self._now()
        held = self.holding.rest()
        if held > timedelta():
            return held
        departure = departures.next_departure(self._database, now)
        if departure is None or departure > now:
            return LONGEST_REST if departure is None else departure - now
        room = self._room()
        if room == 0:
            # Whoever comes back pokes.
            return LONGEST_REST
        claimed = departures.claim(self._database, by=self._name, now=now, limit=room)
        self._hand_out(claimed, self._sender.send)
        room -= len(claimed)
        lost = departures.claim_unknown(self._database, by=self._name, now=now, limit=room) if room else []
        self._hand_out(lost, self._reconciler.reconcile)
        return timedelta() if claimed or lost else SHORTEST_REST

    def _room(self) -> int:
        """Senders that may be given something right now."""
        free = 0
        while self._in_flight.acquire(blocking=False):
            free += 1
        for _ in range(free):
            self._in_flight.release()
        is_first = free == SENDERS
        return int(is_first) if self.holding.is_probing else free

    def _hand_out(self, parcels: list[Parcel], work: Callable[[Parcel], Failure | None]) -> None:
        for parcel in parcels:
            self._in_flight.acquire()
            self._pool.submit(self._guarded, work, parcel)

    def _guarded(self, work: Callable[[Parcel], Failure | None], parcel: Parcel) -> None:
        """What goes wrong in our own code leaves the row leased: it counts as unknown when that ends."""
        try:
            self.holding.heard(work(parcel))
        except DatabaseUnavailableError as error:
            log.warning("delivery.outcome_not_written", **about_parcel(parcel), error=str(error))
        except Exception:
            log.exception("delivery.broke", **about_parcel(parcel))
        finally:
            self._in_flight.release()
            self.poke()
