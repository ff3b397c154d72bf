"""Keeping: how long records are kept that nobody needs any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

REPEATED_BY_SLACK = timedelta(days=7)
"""Slack delivers an event again within hours; that it came before is remembered for longer."""


class Kind(StrEnum):
    """What is pruned. All else is kept: exceptions, timelines, readings, decisions, digests, plans."""

    EVENTS = "events"
    DELIVERIES = "deliveries"
    SLACK_DELIVERIES = "slack_deliveries"


@dataclass(frozen=True, slots=True)
class Keeping:
    """How many days events, and deliveries that are settled, are kept; 0 is for ever."""

    events_days: int
    deliveries_days: int

    def before(self, kind: Kind, now: datetime) -> datetime | None:
        """What is older than this may go; None: nothing of the kind."""
        if kind is Kind.SLACK_DELIVERIES:
            return now - REPEATED_BY_SLACK
        days = self.events_days if kind is Kind.EVENTS else self.deliveries_days
        return now - timedelta(days=days) if days else None


@dataclass(frozen=True, slots=True)
class Needed:
    """What events are still needed for: threads that live, and since when signals stand, by fingerprint."""

    threads: Collection[int]
    standing: Mapping[str, datetime]

    def wants(self, *, subject: str, received_at: datetime, threads: Collection[int]) -> bool:
        """Whether an event that led to these threads belongs to what is not over."""
        if any(number in self.threads for number in threads):
            return True
        since = self.standing.get(subject)
        return since is not None and since <= received_at
