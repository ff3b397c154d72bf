"""Reconciling: a post whose answer was lost is looked for by its mark, then adopted or sent again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.relay.history import History
from bot.relay.rendering import marks_in
from bot.relay.sending import Sender
from bot.services import delivery
from bot.services.delivery import Parcel
from bot.services.thread_log import about_parcel
from bot.slack.address_book import NoAddressError
from bot.slack.clients import Clients
from bot.slack.failures import CALL_FAILURES, failure_of, is_of_channel
from bot.store import bundles
from bot.store.database import Database
from rules.delivery import Failure, FailureKind
from rules.pace import POST

log = structlog.get_logger(__name__)


class Reconciler:
    """Finds out what became of a post."""

    def __init__(
        self, database: Database, clients: Clients, sender: Sender, *, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._history = History(clients.idempotent)
        self.doubles = sender.doubles
        self._sender = sender
        self._now = now

    def reconcile(self, parcel: Parcel) -> Failure | None:
        """Adopt the post if Slack shows it, else let it be sent again; returns why it could not be asked.

        Where nobody may look any more, nobody ever will: that ends as if Slack had refused the post itself.
        """
        if parcel.method != POST:
            delivery.not_found(self._database, parcel, now=self._now())
            return None
        try:
            channel_id = self._sender.channel_id(parcel)
            ts = self._find(parcel, channel_id)
        except NoAddressError as error:
            return self._not_looked_up(parcel, error.failure)
        except CALL_FAILURES as error:
            return self._not_looked_up(parcel, failure_of(error))
        self._conclude(parcel, channel_id, ts)
        return None

    def _not_looked_up(self, parcel: Parcel, failure: Failure) -> Failure:
        if failure.kind is FailureKind.MESSAGE_GONE or is_of_channel(failure):
            return self._sender.failed(parcel, failure)
        delivery.not_looked_up(self._database, parcel, failure, now=self._now())
        return failure

    def _conclude(self, parcel: Parcel, channel_id: str, ts: str | None) -> None:
        log.info("delivery.reconciled", **about_parcel(parcel), found=ts is not None)
        if ts is None:
            self.doubles.remember(parcel, channel_id)
            delivery.not_found(self._database, parcel, now=self._now())
        else:
            # What the found card shows is not known exactly, so the next update is sent in any case.
            self._sender.delivered(parcel, channel_id, ts, shown=None)

    def _find(self, parcel: Parcel, channel_id: str) -> str | None:
        sought = {row.mark for row in parcel.lost} or {parcel.row.mark}
        for message in self._history.since(parcel, channel_id):
            marks, ts = marks_in(message), str(message["ts"])
            # Neither an earlier post of one of them alone, nor one in company that has been told anew since.
            if sought <= marks and (marks == sought or self._is_all_it_tells(marks - sought, ts)):
                return ts
        return None

    def _is_all_it_tells(self, others: set[str], ts: str) -> bool:
        with self._database.reading() as tx:
            return bundles.are_shown_by(tx, others, ts)
