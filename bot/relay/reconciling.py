"""Reconciling: a post whose answer was lost is looked for by its mark, then adopted or sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.relay.rendering import marks_in
from bot.relay.sending import Sender
from bot.services import delivery
from bot.services.delivery import Parcel
from bot.services.thread_log import about_parcel
from bot.slack.address_book import NoAddressError
from bot.slack.clients import Clients
from bot.slack.failures import CALL_FAILURES, failure_of
from bot.store import bundles
from bot.store.database import Database
from rules.delivery import Failure, Purpose
from rules.pace import POST

CLOCKS_DIFFER_BY = timedelta(minutes=10)
"""Slack's clock and ours may differ; the mark is unique, so looking further back costs only reading."""

MAX_PAGES = 20

log = structlog.get_logger(__name__)


class Reconciler:
    """Finds out what became of a post."""

    def __init__(
        self, database: Database, clients: Clients, sender: Sender, *, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._clients = clients
        self._sender = sender
        self._now = now

    def reconcile(self, parcel: Parcel) -> Failure | None:
        """Adopt the post if Slack shows it, else let it be sent again; returns why it could not be asked."""
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
        delivery.not_looked_up(self._database, parcel, failure, now=self._now())
        return failure

    def _conclude(self, parcel: Parcel, channel_id: str, ts: str | None) -> None:
        log.info("delivery.reconciled", **about_parcel(parcel), found=ts is not None)
        if ts is None:
            delivery.not_found(self._database, parcel, now=self._now())
        else:
            # What the found card shows is not known exactly, so the next update is sent in any case.
            self._sender.delivered(parcel, channel_id, ts, shown=None)

    def _find(self, parcel: Parcel, channel_id: str) -> str | None:
        sought = {row.mark for row in parcel.lost} or {parcel.row.mark}
        for message in self._messages(parcel, channel_id):
            marks, ts = marks_in(message), str(message["ts"])
            # Neither an earlier post of one of them alone, nor one in company that has been told anew since.
            if sought <= marks and (marks == sought or self._is_all_it_tells(marks - sought, ts)):
                return ts
        return None

    def _is_all_it_tells(self, others: set[str], ts: str) -> bool:
        with self._database.reading() as tx:
            return bundles.are_shown_by(tx, others, ts)

    def _messages(self, parcel: Parcel, channel_id: str) -> Iterator[dict[str, Any]]:
        """Messages of the channel or thread since the row was written."""
        oldest = str((parcel.row.created_at - CLOCKS_DIFFER_BY).timestamp())
        cursor = ""
        for _ in range(MAX_PAGES):
            page = self._page(parcel, channel_id, oldest, cursor)
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _page(self, parcel: Parcel, channel_id: str, oldest: str, cursor: str) -> Any:
        client = self._clients.idempotent
        parent = parcel.placement.ts if parcel.placement else None
        if parcel.row.purpose is Purpose.NOTE and parent:
            return client.conversations_replies(
                channel=channel_id,
                ts=parent,
                oldest=oldest,
                limit=200,
                cursor=cursor,
                include_all_metadata=True,
            )
        return client.conversations_history(
            channel=channel_id, oldest=oldest, limit=200, cursor=cursor, include_all_metadata=True
        )
