"""Doubles: a post that Slack lands after all, long after it was sent again, is found by its mark and deleted.

What was not found is remembered here, so that only places where an answer was lost are read, and only for a
while. A process that dies forgets it; a message then stays twice until somebody deletes it by hand.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.relay.history import History
from bot.relay.rendering import marks_in
from bot.services.delivery import Parcel
from bot.services.thread_log import about_parcel
from bot.slack.clients import Clients
from bot.slack.failures import CALL_FAILURES, failure_of
from bot.store import bundles, quarantines
from bot.store.database import Database
from rules.delivery import FailureKind

LOOKS_AFTER = (timedelta(minutes=1), timedelta(minutes=10))
"""So long after it was sent again a post is looked for once more."""

MOST_AT_A_TIME = 5
"""Places that one look reads: a small share of what Slack allows a minute."""

MOST_KEPT = 1_000

_LAST_WORDS = (FailureKind.REFUSED, FailureKind.MESSAGE_GONE)
"""After these the same look would end in the same way; after all others nobody else is asked about either."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Doubt:
    parcel: Parcel
    channel_id: str
    due: tuple[datetime, ...]


class Doubles:
    """Remembers what was sent again, and looks whether Slack shows it twice."""

    def __init__(self, database: Database, clients: Clients, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._clients = clients
        self._history = History(clients.idempotent)
        self._now = now
        self._lock = threading.Lock()
        self._doubts: list[_Doubt] = []

    def remember(self, parcel: Parcel, channel_id: str) -> None:
        """Slack did not show it, and it is sent again: perhaps it only has not landed yet."""
        due = tuple(self._now() + wait for wait in LOOKS_AFTER)
        with self._lock:
            self._doubts = [*self._doubts, _Doubt(parcel, channel_id, due)][-MOST_KEPT:]

    def look(self) -> None:
        """Read the places that are due, and delete what is shown twice there.

        Raises DatabaseUnavailableError; what was not looked at is looked at next time.
        """
        now = self._now()
        if self._is_quarantined():
            return
        with self._lock:
            due = [doubt for doubt in self._doubts if doubt.due[0] <= now][:MOST_AT_A_TIME]
        for doubt in due:
            try:
                is_settled = self._delete_copies(doubt)
            except CALL_FAILURES as error:
                failure = failure_of(error)
                log.info("doubles.not_looked_up", **about_parcel(doubt.parcel), code=failure.code)
                if failure.kind not in _LAST_WORDS:
                    return
                is_settled = True
            self._looked_at(doubt, is_settled=is_settled)

    def _is_quarantined(self) -> bool:
        with self._database.reading() as tx:
            return quarantines.standing(tx) is not None

    def _delete_copies(self, doubt: _Doubt) -> bool:
        """Whether it is known of every copy that is there which of them stays."""
        is_settled = True
        for message in self._history.since(doubt.parcel, doubt.channel_id):
            marks, ts = marks_in(message), str(message["ts"])
            if doubt.parcel.row.mark not in marks:
                continue
            is_one_too_many = self._is_one_too_many(marks, ts)
            if is_one_too_many is None:
                is_settled = False
            elif is_one_too_many:
                self._clients.idempotent.chat_delete(channel=doubt.channel_id, ts=ts)
                log.warning("delivery.double_deleted", **about_parcel(doubt.parcel), ts=ts)
        return is_settled

    def _is_one_too_many(self, marks: set[str], ts: str) -> bool | None:
        with self._database.reading() as tx:
            return bundles.is_one_too_many(tx, marks, ts)

    def _looked_at(self, doubt: _Doubt, *, is_settled: bool) -> None:
        """What is still to be told is looked for again soon, for as long as it takes."""
        soon = () if is_settled else (self._now() + LOOKS_AFTER[0],)
        later = _Doubt(doubt.parcel, doubt.channel_id, (*soon, *doubt.due[1:]))
        with self._lock:
            rest = [each for each in self._doubts if each is not doubt]
            self._doubts = [*rest, later] if later.due else rest
