"""The composition root: every part of the bot, made once and wired together here."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from slack_bolt import App as Bolt

from bot.clock import Clock, SystemClock
from bot.gathering import drain
from bot.housekeeping import Housekeeping
from bot.intake_queue import IntakeQueue, ReadingQueue
from bot.pruner import Pruner
from bot.relay import Relay
from bot.relay.composing import compose_relay
from bot.relay.looking_up import LookingUp
from bot.services import quarantine
from bot.services.admission import Admission
from bot.services.plan_following import PlanFollower
from bot.services.sessions import schedule_sessions
from bot.settings import Settings, SlackMode
from bot.slack.address_book import AddressBook
from bot.slack.clients import Clients
from bot.slack.optional import native_charts
from bot.slack.socket_mode import SocketConnection
from bot.slack.uploads import Uploads
from bot.slack.workspace import Workspace
from bot.store.database import Database, DatabaseUnavailableError
from bot.sweeper import Sweeper
from bot.telemetry import SaidOnce
from handlers.context import Desk
from handlers.inbox import take_up_again
from handlers.slack_app import slack_app
from rules.keeping import Keeping

log = structlog.get_logger(__name__)

FOLLOW_SECONDS = 1
WATCH_SECONDS = 5
ADDRESSES_SECONDS = 600
LOOK_AGAIN_SECONDS = 60
USES_SECONDS = 60
DRAIN_SECONDS = 10
LISTENERS = 16


class App:
    """One running bot. `start` and `stop` are the whole of its life; tests and the demo use the same."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.database = Database(settings.database_url)
        self.follower = PlanFollower(self.database)
        self.admission = Admission(settings.intake_tokens, self.database)
        self.clients = Clients.connect(_secret(settings.slack_bot_token), settings.slack_api_url)
        self.addresses = AddressBook(self.database, self.clients.idempotent, now=self.clock.now)
        self.looking_up = LookingUp(
            self.database,
            self.addresses,
            plan=self.follower.current,
            now=self.clock.now,
            heard=self.follower.refresh,
        )
        self.intake = IntakeQueue(self.database, plan=self.follower.current, now=self.clock.now)
        self.readings = ReadingQueue(self.database, plan=self.follower.current, now=self.clock.now)
        self.sweeper = Sweeper(self.database, plan=self.follower.current, now=self.clock.now)
        keeping = Keeping(settings.keep_events_days, settings.keep_deliveries_days)
        self.pruner = Pruner(self.database, keeping, now=self.clock.now)
        self.native_charts = native_charts(now=self.clock.now)
        self.relay = self._build_relay()
        self.housekeeping = Housekeeping(
            self.database,
            plan=self.follower.current,
            now=self.clock.now,
            look_for_doubles=self.relay.look_for_doubles,
        )
        self.workspace = Workspace(self.clients.idempotent)
        self._listeners = ThreadPoolExecutor(LISTENERS, thread_name_prefix="listener")
        desk = self._build_desk()
        self.bolt = self._build_bolt(desk)
        self._take_up_again = partial(take_up_again, self.bolt, desk)
        self.connection = self._build_connection()
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True}
        )
        self._sessions_of = 0
        self._said = SaidOnce()

    def start(self) -> None:
        """Follow the plan, connect to Slack, and let clocks and deliveries run on where they stood."""
        self.follower.refresh()
        self.admission.refresh()
        self._schedule_sessions()
        self.workspace.greet()
        self.addresses.load()
        self.looking_up.look()
        self.database.on_commit += [self.relay.poke, self.sweeper.poke]
        for part in (self.intake, self.readings, self.relay, self.sweeper, self.pruner):
            part.start()
        self.every(FOLLOW_SECONDS, self._follow)
        self.every(FOLLOW_SECONDS, self.admission.refresh)
        self.every(USES_SECONDS, lambda: self.admission.note_uses(self.clock.now()))
        self.every(WATCH_SECONDS, self.workspace.greet)
        self.every(ADDRESSES_SECONDS, self.looking_up.look)
        self.every(LOOK_AGAIN_SECONDS, self.looking_up.look_again)
        self.every(WATCH_SECONDS, self._say_quarantine)
        for seconds, work in self.housekeeping.rounds():
            self.every(seconds, work)
        self._listeners.submit(self._take_up_again)
        self.every(WATCH_SECONDS, self._take_up_again)
        if self.connection is not None:
            self.connection.watch()
            self.every(WATCH_SECONDS, self.connection.watch)
        self._scheduler.start()

    def stop(self) -> None:
        """Drain: take nothing more in, finish what is begun, say goodbye to Slack.

        Each part is stopped even if one before it fails; the failure is raised at the end.
        """
        with ExitStack() as last_first:
            for part in (self.database.close, self.relay.stop, self.sweeper.stop, self.pruner.stop):
                last_first.callback(part)
            last_first.callback(self._listeners.shutdown, wait=True)
            if self.connection is not None:
                last_first.callback(self.connection.close)
            last_first.callback(drain, self.intake, self.readings, seconds=DRAIN_SECONDS)
            if self._scheduler.running:
                last_first.callback(self._scheduler.shutdown, wait=True)

    def _build_relay(self) -> Relay:
        return compose_relay(
            self.database,
            self.clients,
            self.addresses,
            name=_replica_name(),
            plan=self.follower.current,
            now=self.clock.now,
            workspace_url=lambda: self.workspace.url,
            native_charts=self.native_charts,
        )

    def _build_desk(self) -> Desk:
        return Desk(
            self.database,
            self.follower.current,
            self.clock,
            lambda: self.workspace.url,
            native_charts=self.native_charts,
            uploads=Uploads(self.clients.idempotent, now=self.clock.now),
        )

    def _build_bolt(self, desk: Desk) -> Bolt:
        in_http_mode = self.settings.slack_mode is SlackMode.HTTP
        secret = _secret(self.settings.slack_signing_secret) if in_http_mode else None
        return slack_app(
            desk,
            client=self.clients.posting,
            signing_secret=secret,
            executor=self._listeners,
            bot_user=lambda: self.workspace.bot_user,
        )

    def _build_connection(self) -> SocketConnection | None:
        if self.settings.slack_mode is not SlackMode.SOCKET:
            return None
        token = _secret(self.settings.slack_app_token)
        return SocketConnection(self.bolt, token, self.clients.idempotent, listeners=LISTENERS)

    def every(self, seconds: int, work: Callable[[], object]) -> None:
        """Do something again and again while the bot runs, never twice at once."""
        self._scheduler.add_job(work, "interval", seconds=seconds, max_instances=1)

    def _follow(self) -> None:
        self.follower.refresh()
        self._schedule_sessions()
        self.looking_up.look_if_new()

    def _say_quarantine(self) -> None:
        """Once when it begins, or when the bot starts in one, and once when it is over."""
        try:
            there = quarantine.standing(self.database)
        except DatabaseUnavailableError:
            return
        if there is not None and self._said.first_time("quarantine"):
            means = "nothing is sent to Slack and no clock rings until `andon delivery release`"
            since = there.since.isoformat()
            log.error("delivery.quarantined", since=since, by=there.by, reason=there.reason, means=means)
        if there is None and self._said.forget("quarantine"):
            log.info("delivery.released")

    def _schedule_sessions(self) -> None:
        """Once for each version of the plan; tried again with the next look when that fails."""
        plan = self.follower.current()
        if plan.version == self._sessions_of:
            return
        try:
            schedule_sessions(self.database, plan=plan, now=self.clock.now())
        except DatabaseUnavailableError as error:
            log.warning("sessions.not_scheduled", error=str(error))
            return
        self._sessions_of = plan.version


def _secret(value: object) -> str:
    """The text of a secret setting, empty when it is not set."""
    reveal = getattr(value, "get_secret_value", None)
    return str(reveal()) if reveal else ""


def _replica_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"
