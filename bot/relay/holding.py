"""Holding: whether anything may be sent at all, by how the last calls ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from rules.delivery import Failure, FailureKind
from rules.reach import TOLERATED, hold

HOLD_AFTER_WORKSPACE_FAILURE = timedelta(seconds=10)
_UNANSWERED = (FailureKind.NOT_DONE, FailureKind.PERHAPS_DONE)

log = structlog.get_logger(__name__)


class Holding:
    """Hears from every sender how its call ended, and says how long all of them wait.

    `trouble` is the refusal that holds up everything (a revoked token, say), or None.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._until: datetime | None = None
        self._unanswered = 0
        self._holds = 0
        self.trouble: Failure | None = None

    def rest(self) -> timedelta:
        """How long nothing may be sent; zero when something may."""
        with self._lock:
            return max(self._until - self._now(), timedelta()) if self._until else timedelta()

    @property
    def is_probing(self) -> bool:
        """Whether one call at a time asks if Slack is back."""
        return self._unanswered >= TOLERATED

    def heard(self, failure: Failure | None) -> None:
        """How a call ended; None when Slack did what it was asked for."""
        with self._lock:
            if failure is not None and failure.kind is FailureKind.WORKSPACE:
                self._refused(failure)
            elif failure is not None and failure.kind in _UNANSWERED:
                self._silent(failure)
            else:
                self._answered(failure)

    def _refused(self, failure: Failure) -> None:
        if self.trouble is None or self.trouble.code != failure.code:
            log.error("slack.refuses_everything", code=failure.code, advice=failure.advice)
        self.trouble = failure
        self._until = self._now() + HOLD_AFTER_WORKSPACE_FAILURE

    def _silent(self, failure: Failure) -> None:
        """What was under way together with a call that led to a hold is no news."""
        self._unanswered += 1
        now = self._now()
        if self.is_probing and (self._until is None or now >= self._until):
            if self._holds == 0:
                log.warning("slack.silent", code=failure.code, means="deliveries wait until it answers again")
            self._until = now + hold(self._holds)
            self._holds += 1

    def _answered(self, failure: Failure | None) -> None:
        if self._holds:
            log.info("slack.answers_again")
        self._unanswered = self._holds = 0
        self.trouble = None if failure is None else self.trouble
