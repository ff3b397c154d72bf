"""How much somebody may send: an allowance that fills up again with time, and may be overdrawn once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Allowance:
    """`left` at a moment; below nothing whoever it belongs to must wait."""

    left: float
    at: datetime


def spend(
    allowance: Allowance | None, cost: float, *, per_second: float, most: float, now: datetime
) -> Allowance:
    """The allowance after something that costs so much; None is one that nobody has used."""
    if allowance is None:
        return Allowance(most - cost, now)
    refilled = allowance.left + max((now - allowance.at).total_seconds(), 0.0) * per_second
    return Allowance(min(refilled, most) - cost, now)


def seconds_to_wait(allowance: Allowance | None, *, per_second: float, most: float, now: datetime) -> float:
    """How long until something may be spent again; 0 for now."""
    present = spend(allowance, 0.0, per_second=per_second, most=most, now=now)
    return max(-present.left, 0.0) / per_second
