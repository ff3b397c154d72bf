"""The sweeper: wakes at the earliest due row, and at least each second, and lets clocks run out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.metrics import LATENESS
from bot.pulse import LONGEST_REST, MakePulse, Pulse
from bot.services import decision_reviews, sessions, silence, suppressions, waking
from bot.services.plan_in_force import PlanInForce
from bot.services.waking import Woken
from bot.store import quarantines, wakeups
from bot.store.database import Database, DatabaseUnavailableError
from bot.store.wakeups import Subject

BATCH = 200
SHORTEST_REST = timedelta(milliseconds=20)

log = structlog.get_logger(__name__)

_WORK: dict[Subject, Callable[..., Woken]] = {
    Subject.DECISION: decision_reviews.ask_owners,
    Subject.KPI: silence.note_silence,
    # Before signals: it says what still stands, and lets go of what an early end has freed.
    Subject.SUPPRESSION: suppressions.ring_suppressions,
    Subject.SIGNAL: waking.ripen_signals,
    Subject.THREAD: waking.ring_threads,
    # Last, so that a digest speaks of everything else that was due with it.
    Subject.SESSION: sessions.ring_sessions,
}


class Sweeper:
    """Claims due subjects in batches. `last_sweep` is when it last found nothing more to do.

    `pulse` is the thread that it works on; a simulation lends it another.
    """

    def __init__(
        self,
        database: Database,
        *,
        plan: Callable[[], PlanInForce],
        now: Callable[[], datetime],
        pulse: MakePulse = Pulse,
    ) -> None:
        self._database = database
        self._plan = plan
        self._now = now
        self._pulse = pulse("sweeper", self._round)
        self.last_sweep: datetime | None = None

    def start(self) -> None:
        """Begin."""
        self._pulse.start()

    def poke(self) -> None:
        """An earlier due time may have been set."""
        self._pulse.poke()

    def stop(self, patience: float = 10.0) -> None:
        """Finish the batch at hand."""
        self._pulse.stop(patience)

    def sweep(self) -> int:
        """Wake everything that is due now; returns how many subjects were woken."""
        now = self._now()
        woken = sum(self._sweep_subject(subject, now) for subject in _WORK)
        self.last_sweep = now
        return woken

    def _round(self) -> timedelta:
        rest = self._rest()
        if rest > timedelta():
            return rest
        LATENESS.observe(-rest.total_seconds())
        # What stays due after a sweep is held by another replica: look again, but not at once.
        return timedelta() if self.sweep() else max(self._rest(), SHORTEST_REST)

    def _rest(self) -> timedelta:
        """How long until something is due; less than nothing when it was due already.

        In quarantine clocks stand still: nobody is called over whom nobody could be told.
        """
        with self._database.reading() as tx:
            due = None if quarantines.standing(tx) else wakeups.earliest(tx)
        now = self._now()
        self.last_sweep = now if due is None or due > now else self.last_sweep
        return LONGEST_REST if due is None else due - now

    def _sweep_subject(self, subject: Subject, now: datetime) -> int:
        total = 0
        more = True
        while more and not self._pulse.is_stopping:
            try:
                woken = _WORK[subject](self._database, plan=self._plan(), now=now, limit=BATCH)
            except DatabaseUnavailableError:
                raise
            except Exception:
                log.exception("sweeper.batch_failed", subject=subject)
                return total + self._one_by_one(subject, now)
            total += len(woken.refs)
            more = woken.more
        return total

    def _one_by_one(self, subject: Subject, now: datetime) -> int:
        """One of a batch raised: each is tried alone, and the one that raises is parked."""
        with self._database.reading() as tx:
            due = wakeups.due_refs(tx, subject, now)
        for ref in due:
            try:
                _WORK[subject](self._database, plan=self._plan(), now=now, limit=1, only=(ref,))
            except DatabaseUnavailableError:
                raise
            except Exception as error:
                trouble = f"{type(error).__name__}: {error}"
                until = waking.park(self._database, subject, ref, trouble=trouble, now=now)
                log.exception("sweeper.parked", subject=subject, ref=ref, until=until.isoformat())
        return len(due)
