"""Sending one parcel: resolve the target, render, call Slack once, write down how it ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import stamina
import structlog

from bot.metrics import DELIVERIES
from bot.relay.doubles import Doubles
from bot.relay.home_tabs import HomeTabs
from bot.relay.posting import Posting
from bot.relay.rendering import Rendered, render
from bot.services import delivery
from bot.services.delivery import Parcel
from bot.services.plan_in_force import PlanInForce
from bot.services.thread_log import about_parcel
from bot.services.undeliverable import bury
from bot.slack.address_book import AddressBook, NoAddressError
from bot.slack.clients import Clients
from bot.slack.failures import CALL_FAILURES, failure_of, is_of_channel
from bot.slack.optional import OptionalFeature
from bot.store.database import Database, DatabaseUnavailableError
from bot.telemetry import SaidOnce
from rules.delivery import LAST_CALL, Failure, FailureKind, Purpose
from rules.pace import POST, UPDATE

OUTCOME_SECONDS = 20
"""How long the news that Slack has a message is kept for a database that is away; well within the lease."""

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Sender:
    """Delivers parcels, looking after every way a call can end.

    `send` never raises for what Slack does. It returns how the call failed, or None.
    """

    def __init__(
        self,
        database: Database,
        clients: Clients,
        addresses: AddressBook,
        homes: HomeTabs,
        *,
        plan: Callable[[], PlanInForce],
        now: Callable[[], datetime],
        said: SaidOnce,
        native_charts: OptionalFeature,
    ) -> None:
        self._database = database
        self._clients = clients
        self._addresses = addresses
        self._homes = homes
        self._plan = plan
        self._now = now
        self._said = said
        self._posting = Posting(clients.posting, native_charts)
        self.doubles = Doubles(database, clients, now=now)

    def send(self, parcel: Parcel) -> Failure | None:
        """Deliver one claimed parcel."""
        if parcel.row.purpose is Purpose.HOME:
            return self._send_home(parcel)
        try:
            channel_id = self.channel_id(parcel)
        except NoAddressError as error:
            return self.failed(parcel, error.failure)
        rendered = render(parcel, plan=self._plan(), now=self._now())
        if _is_shown_already(parcel, rendered) and parcel.placement and parcel.placement.ts:
            self.delivered(parcel, channel_id, parcel.placement.ts, shown=rendered.shown)
            return None
        if self._is_too_late(parcel):
            log.warning("delivery.stood_still", **about_parcel(parcel))
            return None
        try:
            ts = self._call(parcel, channel_id, rendered)
        except CALL_FAILURES as error:
            return self.failed(parcel, failure_of(error))
        self.delivered(parcel, channel_id, ts, shown=rendered.shown)
        return None

    def _send_home(self, parcel: Parcel) -> Failure | None:
        try:
            settle = self._homes.draw(parcel)
        except NoAddressError as error:
            return self.failed(parcel, error.failure)
        except CALL_FAILURES as error:
            return self.failed(parcel, failure_of(error))
        _until_written(settle)
        DELIVERIES.labels(parcel.row.purpose.value, "sent").inc()
        return None

    def channel_id(self, parcel: Parcel) -> str:
        """Where the parcel goes; raises NoAddressError."""
        placement = parcel.placement
        if placement is not None and placement.ts and placement.channel_id:
            return placement.channel_id
        target = parcel.row.target
        slack_user = self._plan().slack_ids.get(target.removeprefix("@"))
        return self._addresses.channel_id(target, slack_user=slack_user)

    def _call(self, parcel: Parcel, channel_id: str, rendered: Rendered) -> str:
        placement = parcel.placement
        if parcel.method == UPDATE and placement is not None and placement.ts:
            self._clients.idempotent.chat_update(
                channel=channel_id, ts=placement.ts, text=rendered.text, blocks=rendered.blocks
            )
            return placement.ts
        in_thread = placement.ts if placement and parcel.row.purpose is Purpose.NOTE else None
        answer = self._posting.post(
            rendered.blocks,
            channel=channel_id,
            text=rendered.text,
            thread_ts=in_thread,
            metadata=rendered.metadata,
            unfurl_links=False,
            unfurl_media=False,
        )
        if not (answer.get("message") or {}).get("metadata"):
            self._metadata_dropped()
        return str(answer["ts"])

    def _metadata_dropped(self) -> None:
        if self._said.first_time("slack.metadata_dropped"):
            log.info("slack.metadata_dropped", means="this workspace keeps no metadata; block ids do alone")

    def delivered(self, parcel: Parcel, channel_id: str, ts: str, *, shown: str | None) -> None:
        """Write down that Slack has it; a post that was overtaken by another sender's is taken back."""
        is_only_one = _until_written(
            lambda: delivery.delivered(
                self._database, parcel, channel_id=channel_id, ts=ts, shown=shown, now=self._now()
            )
        )
        DELIVERIES.labels(parcel.row.purpose.value, "sent").inc()
        log.info("delivery.shown", **about_parcel(parcel), channel=channel_id, ts=ts)
        if not is_only_one:
            self._take_back(parcel, channel_id, ts)
        elif parcel.method == POST and self._is_too_late(parcel):
            # Whoever took over may show it once more, and die before it could hear of ours.
            self.doubles.remember(parcel, channel_id)

    def _take_back(self, parcel: Parcel, channel_id: str, ts: str) -> None:
        about = about_parcel(parcel) | {"channel": channel_id, "ts": ts}
        log.warning("delivery.shown_twice", **about)
        try:
            self._clients.idempotent.chat_delete(channel=channel_id, ts=ts)
        except CALL_FAILURES as error:
            advice = "Slack shows this message twice; Andon tries to delete it again in a minute."
            log.warning("delivery.not_taken_back", **about, code=failure_of(error).code, advice=advice)
            self.doubles.remember(parcel, channel_id)

    def _is_too_late(self, parcel: Parcel) -> bool:
        """This process stood still for most of the lease: another may take over any moment."""
        lease = parcel.row.lease_until
        return lease is not None and self._now() > lease - LAST_CALL

    def failed(self, parcel: Parcel, failure: Failure) -> Failure:
        """Write down what becomes of it: it waits, is looked for, or is dead and known to be."""
        now = self._now()
        DELIVERIES.labels(parcel.row.purpose.value, failure.kind.value).inc()
        log.warning("delivery.failed", **about_parcel(parcel), code=failure.code, advice=failure.advice)
        if failure.kind is FailureKind.MESSAGE_GONE:
            delivery.lost_card(self._database, parcel, now=now)
        elif failure.kind is FailureKind.REFUSED:
            self._addresses.forget_channel(parcel.row.target)
            elsewhere = is_of_channel(failure)
            bury(self._database, parcel, failure, elsewhere=elsewhere, plan=self._plan(), now=now)
        else:
            delivery.not_delivered(self._database, parcel, failure, now=now)
        return failure


def _until_written(write: Callable[[], T]) -> T:
    """Written down even if the database is just coming back: the lane would wait for the lease's end."""
    for attempt in stamina.retry_context(
        on=DatabaseUnavailableError, attempts=None, timeout=OUTCOME_SECONDS, wait_max=1
    ):
        with attempt:
            written = write()
    return written


def _is_shown_already(parcel: Parcel, rendered: Rendered) -> bool:
    is_card = parcel.row.purpose is Purpose.CARD
    return is_card and parcel.placement is not None and parcel.placement.shown == rendered.shown
