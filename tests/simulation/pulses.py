"""Pulses in virtual time: the loops of the bot without their threads.

A real pulse looks once a second however quiet it is. Here a look that could find nothing new is left out, so
that an idle hour costs nothing; what another process commits is still found only with the next second.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from bot.pulse import LONGEST_REST, Pulse
from tests.simulation.effects import Effects

MOMENT = 0.002
"""Seconds between a poke and what it wakes."""

LONG = timedelta(hours=12)


class Grapevine:
    """Tells all pulses of all processes that a look may be worth while again."""

    def __init__(self) -> None:
        self.pulses: list[SimulatedPulse] = []

    def news(self) -> None:
        """Something was committed, or a clock was set."""
        self.pulses = [pulse for pulse in self.pulses if not pulse.is_over]
        for pulse in self.pulses:
            pulse.overhear()


class SimulatedPulse(Pulse):
    """A pulse whose rounds are tasks of the scheduler."""

    def __init__(
        self,
        name: str,
        round_: Callable[[], timedelta],
        *,
        effects: Effects,
        grapevine: Grapevine,
    ) -> None:
        super().__init__(name, self._watched)
        self._inner = round_
        self._effects = effects
        self._grapevine = grapevine
        self._found: timedelta | None = None
        self._idle_rounds = 0
        self._turn = 0
        self._is_working = self._news_came = False
        self._rests_since = self._rests_until = effects.now()

    @property
    def is_over(self) -> bool:
        """Whether its process is gone."""
        return self._effects.process.is_dead

    def start(self) -> None:
        """Begin."""
        self._grapevine.pulses.append(self)
        self._beat_after(MOMENT)

    def poke(self) -> None:
        """Cut the rest short; what comes during a round is looked at after it."""
        if self._is_working:
            self._news_came = True
        elif self._turn:
            self._beat_after(MOMENT)

    def overhear(self) -> None:
        """Another process did something: found at the next full second of this rest."""
        now = self._effects.now()
        self._idle_rounds = 0
        if not self._is_working and self._rests_until - now > LONGEST_REST:
            rested = (now - self._rests_since) / LONGEST_REST
            self._beat_at(self._rests_since + LONGEST_REST * ceil(rested), anew=False)

    def _watched(self) -> timedelta:
        self._found = None
        self._found = self._inner()
        return self._found

    def _beat(self) -> None:
        self._is_working, self._news_came = True, False
        self._guarded_round()
        self._is_working = False
        self._beat_after(MOMENT if self._news_came else max(self._rest().total_seconds(), MOMENT))

    def _rest(self) -> timedelta:
        """A round that failed is tried again; one that twice found nothing would go on finding nothing."""
        found = LONGEST_REST if self._found is None else self._found
        is_idle = self._found is not None and found == LONGEST_REST
        self._idle_rounds = self._idle_rounds + 1 if is_idle else 0
        return LONG if self._idle_rounds > 1 else found

    def _beat_after(self, seconds: float) -> None:
        self._beat_at(self._effects.now() + timedelta(seconds=seconds))

    def _beat_at(self, moment: datetime, *, anew: bool = True) -> None:
        self._turn += 1
        turn = self._turn
        self._rests_since = self._effects.now() if anew else self._rests_since
        self._rests_until = moment

        def beat() -> None:
            if turn == self._turn:
                self._beat()

        wait = (moment - self._effects.now()).total_seconds()
        self._effects.scheduler.spawn(beat, self._effects.process, after=wait)
