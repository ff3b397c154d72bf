"""What is told to the rules about a KPI: that it was read, or that it has been silent for too long."""

from __future__ import annotations

from datetime import datetime

from rules.control_plan import Direction, Kpi
from rules.durations import format_duration
from rules.events import Event
from rules.figures import figure, measure, signed
from rules.kpis import Reading, gap, miss_percent

READING_EVENT_TYPE = "kpi.reading"
STALE_EVENT_TYPE = "kpi.stale"
HEARD_EVENT_TYPE = "kpi.heard"
KPI_EVENT_TYPES = frozenset({READING_EVENT_TYPE, STALE_EVENT_TYPE, HEARD_EVENT_TYPE})
SILENCE_SOURCE = "andon:kpi"


def reading_event(kpi: Kpi, reading: Reading) -> Event:
    """The reading as an event, named by its KPI, time and revision."""
    return Event(
        id=f"{kpi.key}@{reading.at.isoformat()}#{reading.revision}",
        source=reading.source,
        type=READING_EVENT_TYPE,
        subject=kpi.key,
        time=reading.at,
        data={
            "value": reading.value,
            "target": kpi.target,
            "unit": kpi.unit,
            "name": kpi.name,
            "gap": gap(kpi, reading.value),
            "miss_percent": miss_percent(kpi, reading.value),
            "correction": reading.is_correction,
            "by": reading.entered_by,
            "says": headline(kpi, reading.value),
        },
    )


def stale_event(kpi: Kpi, *, last_at: datetime | None, now: datetime) -> Event:
    """The KPI's silence, noticed `now`. `last_at` is when it was last read, None when it never was."""
    limit = "" if kpi.stale_after is None else f" for {format_duration(kpi.stale_after)}"
    says = f"{kpi.name}: {'no reading yet' if last_at is None else 'not read'}{limit}"
    name = f"{kpi.key}@{(last_at or now).isoformat()}"
    return Event(f"{name}:stale", SILENCE_SOURCE, STALE_EVENT_TYPE, kpi.key, now, {"says": says})


def heard_event(kpi: Kpi, *, now: datetime) -> Event:
    """The end of a KPI's silence: when it is heard of, whenever its value was measured."""
    name = f"{kpi.key}@{now.isoformat()}:heard"
    return Event(name, SILENCE_SOURCE, HEARD_EVENT_TYPE, kpi.key, now, {})


def headline(kpi: Kpi, value: float) -> str:
    """`OEE line 2 at 61.4 %, target 74 (−17 %)`."""
    said = f"{kpi.name} at {measure(value, kpi.unit)}, target {figure(kpi.target)}"
    missed = miss_percent(kpi, value)
    if missed is None:
        return said
    return f"{said} ({signed(round(-missed if kpi.direction is Direction.HIGHER else missed), '%')})"
