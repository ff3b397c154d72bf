"""How much of anything is taken at once, and how long and deep it may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

LONGEST_NAME = 255
"""Characters of id, source and type. Both databases index (source, id), and PostgreSQL bounds index rows."""

LONGEST_SUBJECT = 500
"""Characters."""

DEEPEST_DATA = 32
"""Levels of objects and lists in an event's data, the outermost counted."""

MOST_DIGITS = 300
"""Digits of a whole number: what still fits into a double."""

AHEAD = timedelta(minutes=5)
"""How far a source's clock may run ahead before its times are not believed."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one request may carry."""

    body_bytes: int
    events: int


EVENTS = Allowance(body_bytes=1024 * 1024, events=1_000)

READINGS = Allowance(body_bytes=1024 * 1024, events=1_000)

ALERTS = Allowance(body_bytes=4 * 1024 * 1024, events=4_000)
"""More than of events: Alertmanager sends a group at once, cannot split it and drops what is refused."""
