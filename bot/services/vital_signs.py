"""Vital signs: whether exceptions, clocks and deliveries move. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.store import exception_threads, outbox, quarantines, wakeups
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """How the bot does, by its records. Durations are in seconds.

    `working` counts exceptions that somebody has to work on by (severity, state); `overdue` is how long the
    earliest due subject waits already; `parked` counts subjects set aside because they raised; `undelivered`
    counts by state what Slack was not told, and `oldest` is how long the first of it could have left.
    `quarantined`: nothing is sent until somebody releases it.
    """

    working: Mapping[tuple[str, str], int]
    overdue: float
    parked: int
    undelivered: Mapping[str, int]
    oldest: float
    quarantined: bool


def vital_signs(database: Database, now: datetime) -> VitalSigns:
    """A look at all of them at once; raises DatabaseUnavailableError."""
    with database.reading() as tx:
        return VitalSigns(
            working=exception_threads.count_working(tx),
            overdue=_since(wakeups.earliest(tx), now),
            parked=len(wakeups.parked(tx)),
            undelivered=outbox.undelivered(tx),
            oldest=_since(outbox.next_due(tx), now),
            quarantined=quarantines.standing(tx) is not None,
        )


def _since(due: datetime | None, now: datetime) -> float:
    return max((now - due).total_seconds(), 0.0) if due else 0.0
