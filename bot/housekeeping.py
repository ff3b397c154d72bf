"""Housekeeping: what is looked through again and again, and is put off while the database is away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.services.audit_sealing import seal_all
from bot.services.auditing import audit
from bot.services.plan_in_force import PlanInForce
from bot.store.database import Database, DatabaseUnavailableError

AUDIT_SECONDS = 60
DOUBLES_SECONDS = 60
SEAL_SECONDS = 2

log = structlog.get_logger(__name__)


class Housekeeping:
    """Each of its rounds is harmless at any time, and on several replicas at once.

    `look_for_doubles` is the relay's, which knows what it has sent again.
    """

    def __init__(
        self,
        database: Database,
        *,
        plan: Callable[[], PlanInForce],
        now: Callable[[], datetime],
        look_for_doubles: Callable[[], None],
    ) -> None:
        self._database = database
        self._plan = plan
        self._now = now
        self._look_for_doubles = look_for_doubles

    def rounds(self) -> tuple[tuple[int, Callable[[], None]], ...]:
        """What to do every so many seconds."""
        return (
            (AUDIT_SECONDS, self.audit),
            (DOUBLES_SECONDS, self.look_for_doubles),
            (SEAL_SECONDS, self.seal),
        )

    def audit(self) -> None:
        """Look for what should be impossible; what merely waits for its seal after an outage is not."""
        self.seal()
        try:
            found = audit(self._database, plan=self._plan(), now=self._now())
        except DatabaseUnavailableError as error:
            log.warning("audit.put_off", error=str(error))
            return
        for finding in found:
            log.error("audit.found", fault=finding.fault, refs=finding.refs, remedy=finding.remedy)

    def look_for_doubles(self) -> None:
        """Delete what Slack shows twice."""
        try:
            self._look_for_doubles()
        except DatabaseUnavailableError as error:
            log.warning("doubles.put_off", error=str(error))

    def seal(self) -> None:
        """Make what was noted part of the audit's chain."""
        try:
            seal_all(self._database)
        except DatabaseUnavailableError as error:
            log.warning("audit.not_sealed", error=str(error))
