"""Admission: whose secret it is, and whether its token may send this.

Asked with every request, so it is answered from memory alone.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.services.intake_tokens import digest_of, every_key, note_use, prefix_of
from bot.settings import IntakeToken
from bot.store.database import Database, DatabaseUnavailableError
from bot.telemetry import SaidOnce
from rules.intake_tokens import Grant, Key, Scope

USE_KNOWN_TO = timedelta(hours=1)
"""How coarsely the last use of a token is known: nobody waits for it, so it is written rarely."""

log = structlog.get_logger(__name__)


class NotAdmittedError(Exception):
    """The secret opens nothing; the message says why."""


class NotAllowedError(Exception):
    """The token is good, but not for this; the message says what it lacks."""


class Admission:
    """The tokens in force: those of the settings, which may send anything, and those in the database.

    `admit` reads no database; somebody calls `refresh` every second, and so whatever is revoked stops
    working within seconds everywhere. While the database cannot be reached the last look counts.
    """

    def __init__(self, declared: Iterable[IntakeToken], database: Database | None = None) -> None:
        self._declared = [
            Key(Grant(token.name), 0, "", digest_of(token.secret.get_secret_value())) for token in declared
        ]
        self._database = database
        self._stored: Mapping[str, Key] = {}
        self._used: set[int] = set()
        self._lock = threading.Lock()
        self._said = SaidOnce()

    @property
    def is_empty(self) -> bool:
        """Whether nobody could be admitted."""
        return not self._declared and not self._stored

    def admit(self, secret: str, scope: Scope, now: datetime) -> Grant:
        """What the holder of a secret may send; raises NotAdmittedError and NotAllowedError."""
        grant = self._recognized(secret, now)
        if scope not in grant.scopes:
            may = ", ".join(sorted(grant.scopes))
            raise NotAllowedError(
                f"The token {grant.name} has no scope {scope} (it has {may}), so nothing was taken. Use a "
                f"token with that scope; `andon token create NAME --scope {scope}` makes one."
            )
        return grant

    def refresh(self) -> None:
        """Look which tokens there are now; never raises."""
        if self._database is None:
            return
        try:
            found = every_key(self._database)
        except DatabaseUnavailableError as error:
            if self._said.first_time("database"):
                log.warning("intake.tokens_not_followed", reason=str(error))
            return
        self._said.forget("database")
        self._stored = {key.prefix: key for key in found}

    def note_uses(self, now: datetime) -> None:
        """Write down which tokens were used since the last time; never raises."""
        with self._lock:
            used, self._used = self._used, set()
        if not used or self._database is None:
            return
        try:
            note_use(self._database, sorted(used), now, coarse=USE_KNOWN_TO)
        except DatabaseUnavailableError as error:
            log.warning("intake.uses_not_noted", reason=str(error))

    def _recognized(self, secret: str, now: datetime) -> Grant:
        digest = digest_of(secret)
        stored = self._stored.get(prefix_of(secret))
        candidates = [*self._declared, *([stored] if stored else [])]
        # All of them, whichever it is: how long comparing takes says nothing.
        found = [key for key in candidates if hmac.compare_digest(key.digest, digest)]
        if not found:
            raise NotAdmittedError("The bearer token is not one of ours")
        key = found[0]
        trouble = key.trouble(now)
        if trouble is not None:
            raise NotAdmittedError(trouble)
        if key.token_id:
            with self._lock:
                self._used.add(key.token_id)
        return key.grant
