"""What a value of a KPI means: how far from the target, what that costs, and whether it is off.

Gaps are signed so that a positive one is always bad, whichever way is better.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime

from rules.control_plan import Direction, Kpi, Threshold
from rules.control_plan.kpis import LARGEST


class ReadingError(ValueError):
    """The value is no figure that a KPI can have; the message says what would be."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of a KPI at a time, as a source or a person (`entered_by`) gave it.

    `revision` is 1 for the first value and grows with each correction of the same KPI, time and source.
    Raises ReadingError for what is not a finite number or beyond any plant.
    """

    kpi: str
    at: datetime
    value: float
    source: str
    entered_by: str | None = None
    revision: int = 1

    def __post_init__(self) -> None:
        if not abs(self.value) <= LARGEST:
            raise ReadingError(f"must be a finite number of at most {LARGEST:.0e}, and is {self.value:g}")

    @property
    def is_correction(self) -> bool:
        """Whether it takes the place of an earlier value."""
        return self.revision > 1

    def corrected(self, value: float, *, by: str | None) -> Reading:
        """The next revision."""
        return replace(self, value=value, entered_by=by, revision=self.revision + 1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a KPI stands. `gap` is in its unit, `money_per_period` what that costs in a day.

    What nobody has measured has no value, and neither gap nor money. A stale one keeps its last value, and
    is never well: ask `needs_attention`.
    """

    kpi: Kpi
    value: float | None
    at: datetime | None
    gap: float | None
    miss_percent: float | None
    money_per_period: float | None
    is_off: bool
    is_stale: bool

    @property
    def needs_attention(self) -> bool:
        """Off, or not known any more."""
        return self.is_off or self.is_stale


@dataclass(frozen=True, slots=True)
class Limits:
    """A threshold in figures: off beyond `breach` (on its bad side), well again from `clear` on."""

    breach: float
    clear: float
    bad_is_below: bool

    def is_breached(self, value: float) -> bool:
        """Whether the value lies beyond the limit; the limit itself is still well."""
        return value < self.breach if self.bad_is_below else value > self.breach


def standing(kpi: Kpi, latest: Reading | None, now: datetime) -> Standing:
    """How the KPI stands by its latest reading; None when there never was one."""
    if latest is None:
        return Standing(kpi, None, None, None, None, None, is_off=False, is_stale=kpi.stale_after is not None)
    missed = gap(kpi, latest.value)
    return Standing(
        kpi,
        value=latest.value,
        at=latest.at,
        gap=missed,
        miss_percent=miss_percent(kpi, latest.value),
        money_per_period=None if kpi.money_per_unit is None else max(missed, 0.0) * kpi.money_per_unit,
        is_off=is_off(kpi, latest.value),
        is_stale=kpi.stale_after is not None and now - latest.at >= kpi.stale_after,
    )


def gap(kpi: Kpi, value: float) -> float:
    """How far from the target, in the KPI's unit; positive is bad."""
    return kpi.target - value if kpi.direction is Direction.HIGHER else value - kpi.target


def miss_percent(kpi: Kpi, value: float) -> float | None:
    """The gap as a share of the target; a target of nothing, or next to it, has no shares."""
    share = 100 * gap(kpi, value) / abs(kpi.target) if kpi.target else math.inf
    return share if math.isfinite(share) else None


def is_off(kpi: Kpi, value: float) -> bool:
    """Whether a threshold in force is breached; a KPI without one is off as soon as it misses its target."""
    limits = [limits_of(kpi, threshold) for threshold in kpi.thresholds if not threshold.shadow]
    return any(each.is_breached(value) for each in limits) if limits else gap(kpi, value) > 0


def limits_of(kpi: Kpi, threshold: Threshold) -> Limits:
    """The threshold in figures, with shares of the target worked out."""
    level, clear = threshold.level, threshold.clear
    if level is not None and level.below is not None:
        breach, below = level.below, True
    elif level is not None and level.above is not None:
        breach, below = level.above, False
    else:
        breach, below = _at_miss(kpi, threshold.miss or "0%"), kpi.direction is Direction.HIGHER
    if clear is None:
        return Limits(breach, breach, below)
    return Limits(breach, _at_miss(kpi, clear.miss) if clear.miss else clear.level or 0.0, below)


def _at_miss(kpi: Kpi, share: str) -> float:
    allowed = abs(kpi.target) * float(share.removesuffix("%")) / 100
    return kpi.target - allowed if kpi.direction is Direction.HIGHER else kpi.target + allowed
