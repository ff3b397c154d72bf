"""Reach: while Slack answers nothing, everything is held up and one call at a time asks whether it is back.

So an outage costs a few calls instead of thousands, and what waits leaves by its urgency once it is over.
"""

from __future__ import annotations

from datetime import timedelta

TOLERATED = 3
"""So many calls in a row may go unanswered, each for a reason of its own."""

LONGEST_HOLD = timedelta(seconds=10)


def hold(times: int) -> timedelta:
    """How long to wait before the next call, after so many holds in vain: 1, 2, 4, 8, 10 seconds."""
    return min(timedelta(seconds=2 ** min(times, 10)), LONGEST_HOLD)
