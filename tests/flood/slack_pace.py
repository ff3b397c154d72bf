"""Slack's pace: the least time in which so many messages can be told, whoever tells them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from rules.delivery import OutboxRow
from rules.pace import PER_CHANNEL, PER_METHOD, POST, UPDATE, Allowance


def least_for_posts(rows: Iterable[OutboxRow]) -> timedelta:
    """For posts that are all there from the beginning, each to its channel."""
    channels = Counter(row.target for row in rows)
    fullest = max(channels.values(), default=0)
    return max(_least(channels.total(), PER_METHOD[POST]), _least(fullest, PER_CHANNEL))


def least_for_updates(count: int) -> timedelta:
    """For so many updates of cards, anywhere in the workspace."""
    return _least(count, PER_METHOD[UPDATE])


def _least(calls: int, allowance: Allowance) -> timedelta:
    return allowance.interval * max(calls - allowance.burst, 0)
