"""What a workspace may refuse without harm: tried, remembered when refused, and tried again later."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

TRIED_AGAIN_AFTER = timedelta(hours=1)
"""Slack gives new features to workspaces one by one, and admins grant scopes while a bot runs."""

log = structlog.get_logger(__name__)


class OptionalFeature:
    """One such feature; `instead` says what happens without it.

    A refusal is logged when it is news: the first, and the first after the feature has worked. Each replica
    finds out for itself. Thread-safe.
    """

    def __init__(self, name: str, *, instead: str, now: Callable[[], datetime]) -> None:
        self.name = name
        self._instead = instead
        self._now = now
        self._lock = threading.Lock()
        self._refused_at: datetime | None = None
        self._said: str | None = None

    def is_worth_trying(self) -> bool:
        """False for an hour after a refusal."""
        with self._lock:
            return self._refused_at is None or self._now() - self._refused_at >= TRIED_AGAIN_AFTER

    def works(self) -> None:
        """Slack has taken it."""
        with self._lock:
            self._refused_at = self._said = None

    def refused(self, reason: str) -> None:
        """Slack will not have it, for this reason."""
        with self._lock:
            self._refused_at = self._now()
            is_news, self._said = self._said != reason, reason
        if is_news:
            log.info("slack.feature_refused", feature=self.name, reason=reason, instead=self._instead)


def native_charts(*, now: Callable[[], datetime]) -> OptionalFeature:
    """Charts that Slack draws itself, which it gave to workspaces one after another."""
    return OptionalFeature("data_visualization", instead="charts are pictures or bars of text", now=now)
