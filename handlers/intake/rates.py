"""Keeping senders within their rate, and strangers from trying secrets: in this process, in memory alone."""

from __future__ import annotations

import math
from collections import OrderedDict
from datetime import datetime

from handlers.intake.problems import Problem, ProblemError
from rules.rates import Allowance, seconds_to_wait, spend

EVENTS_PER_SECOND = 50_000
"""Of one token in one process, over ten seconds: far more than is taken, so that only floods notice."""

FAILURES_PER_SECOND = 1.0
MOST_FAILURES = 100
"""Refused tokens of one address at once; then one a second."""

_MOST_KNOWN = 10_000


class Rate:
    """What each of many may spend; whoever was not heard of for longest is forgotten first."""

    def __init__(self, what: str, *, per_second: float, most: float) -> None:
        self._what = what
        self._per_second = per_second
        self._most = most
        self._allowances: OrderedDict[str, Allowance] = OrderedDict()

    def require(self, key: str, now: datetime) -> None:
        """Raises ProblemError (429) for whoever has overdrawn."""
        known = self._allowances.get(key)
        wait = seconds_to_wait(known, per_second=self._per_second, most=self._most, now=now)
        if wait > 0:
            raise ProblemError(_too_many(self._what, math.ceil(wait)))

    def spend(self, key: str, cost: float, now: datetime) -> None:
        """Note what was sent."""
        known = self._allowances.pop(key, None)
        self._allowances[key] = spend(known, cost, per_second=self._per_second, most=self._most, now=now)
        if len(self._allowances) > _MOST_KNOWN:
            self._allowances.popitem(last=False)


def _too_many(what: str, seconds: int) -> Problem:
    wait = f"{seconds} second{'' if seconds == 1 else 's'}"
    detail = f"{what}, so nothing of this request was taken. Send it again in {wait}."
    return Problem("too-many", 429, "Too many", detail, headers={"Retry-After": str(seconds)})
