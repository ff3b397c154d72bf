"""Socket Mode that stays alive: a connection is judged by its last pong and rebuilt when that is too old.

Only the watchdog connects. The SDK's own reconnecting can meet itself or a rebuild, and then leaves a
connection open that nobody reads: Slack goes on sending half of all presses there, and they vanish.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import run_bolt_app, send_response
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientNotConnectedError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import ConnectionState
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.clock import SystemClock
from bot.slack.failures import CALL_FAILURES, failure_of
from bot.telemetry import SaidOnce
from rules.delivery import FailureKind

PING_SECONDS = 5.0
SILENCE_SECONDS = 30.0
"""No pong for so long means a dead connection, whatever the client believes of itself."""

ANSWER_SECONDS = 3.0
"""Slack waits no longer for the answer to a press."""

GOODBYE_SECONDS = 5.0
"""How long a goodbye waits for a moment in which nobody is being answered."""

REFUSED_ADVICE = "SLACK_APP_TOKEN must be an app-level token with the scope connections:write."

log = structlog.get_logger(__name__)


class _Client(SocketModeClient):
    """Tells the watchdog where the SDK would connect anew by itself, and asks before it takes a message.

    One client is one connection, and one state says whether it is still to be read. The SDK makes a state for
    each session and takes back what it said: a thread that was between two readings would read for ever.
    """

    when_lost: Callable[[SocketModeClient], None]
    takes: Callable[[str], bool]

    def __init__(self, app_token: str, *, web_client: WebClient, listeners: int) -> None:
        self._reading = ConnectionState()  # type: ignore[no-untyped-call]  # the SDK leaves it so
        super().__init__(app_token, web_client=web_client, ping_interval=PING_SECONDS, concurrency=listeners)

    def issue_new_wss_url(self) -> str:
        """Once: the SDK would wait as long as Slack asks it to, and meanwhile nobody could go down."""
        return str(self.web_client.apps_connections_open(app_token=self.app_token)["url"])

    def enqueue_message(self, message: str) -> None:
        """It was read, and waits for a listener."""
        if self.takes(message):
            super().enqueue_message(message)

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        """The session ended, or Slack asks to reconnect."""
        del force
        self.when_lost(self)

    def close(self) -> None:
        """Ends whoever reads and whoever pings first: nobody else may disconnect while this does."""
        self.closed = True
        self.auto_reconnect_enabled = False
        self._reading.terminated = True
        self.current_session_runner.shutdown()  # type: ignore[no-untyped-call]  # the SDK leaves it so
        self.current_app_monitor.shutdown()  # type: ignore[no-untyped-call]  # the SDK leaves it so
        super().close()

    def _run_current_session(self) -> None:
        """The SDK calls this ten times a second."""
        session = self.current_session
        if session is None or not session.is_active():
            return
        try:
            session.run_until_completion(self._reading)
        except Exception:
            log.exception("slack.reading_failed")


class SocketConnection:
    """One Socket Mode connection at a time. `watch` is called every few seconds and mends it."""

    def __init__(self, bolt: App, app_token: str, client: WebClient, *, listeners: int = 10) -> None:
        self._bolt = bolt
        self._app_token = app_token
        self._web_client = client
        self._listeners = listeners
        self._client: SocketModeClient | None = None
        self._lost: SocketModeClient | None = None
        self._born = 0.0
        self._not_before = 0.0
        self._said = SaidOnce()
        self._watching = threading.Lock()
        self._renewed = threading.Condition()
        self._closed = False
        self._at_hand = 0
        self._at_hand_changed = threading.Condition()
        self._left = False

    def watch(self) -> None:
        """Connect if there is no connection, and replace one that is lost or has fallen silent."""
        if self._watching.acquire(blocking=False):
            try:
                if not self._closed and not self.is_alive() and _now() >= self._not_before:
                    self._rebuild()
            finally:
                self._watching.release()

    def is_alive(self) -> bool:
        """Whether a pong came lately; a connection just born gets the same time to send its first."""
        if self._client is None or self._client is self._lost:
            return False
        session = self._client.current_session
        if session is None or not session.is_active():
            return False
        return _now() - max(session.last_ping_pong_time or 0.0, self._born) < SILENCE_SECONDS

    def close(self) -> None:
        """Say goodbye properly, so that Slack keeps no ghost of this connection; drains its listeners.

        Slack cannot be told to send nothing more. So it happens in a moment in which nobody is being
        answered; whoever presses later hears from Slack that nobody is there, and nothing has happened.
        """
        with self._watching:
            self._closed = True
            if self._client is not None:
                with self._at_hand_changed:
                    self._at_hand_changed.wait_for(lambda: self._at_hand == 0, GOODBYE_SECONDS)
                    self._left = True
                    _hang_up(self._client)
                self._client.close()
                self._client = None

    def _rebuild(self) -> None:
        """The new connection first, then the old one goes: no press finds nobody in between."""
        renewed = self._connected()
        with self._renewed:
            former, self._client = self._client, renewed
            self._born = _now()
            self._renewed.notify_all()
        if former is not None:
            log.warning("slack.socket_lost", means="the connection ended or fell silent; it is built anew")
            _hang_up(former)
            former.close()

    def _connected(self) -> SocketModeClient | None:
        client = _Client(self._app_token, web_client=self._web_client, listeners=self._listeners)
        client.when_lost = self._mend_soon
        client.takes = self._takes
        client.socket_mode_request_listeners.append(self._answer)
        client.on_message_listeners.append(self._heard)
        try:
            client.connect()
        except CALL_FAILURES as error:
            client.close()
            self._failed(error)
            return None
        self._said.forget("cannot connect")
        return client

    def _mend_soon(self, client: SocketModeClient) -> None:
        """In a thread of its own, because closing the client waits for the one that this is called in."""
        self._lost = client
        threading.Thread(target=self.watch, name="socket-mending", daemon=True).start()

    def _answer(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            self._answer_now(client, request)
        finally:
            with self._at_hand_changed:
                self._at_hand -= 1
                self._at_hand_changed.notify_all()

    def _takes(self, message: str) -> bool:
        if '"envelope_id"' not in message:
            return True
        with self._at_hand_changed:
            self._at_hand += not self._left
            return not self._left

    def _answer_now(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Through the connection of now, or of the next moment: the one it came by may be lost meanwhile."""
        start = _now()
        answer = run_bolt_app(self._bolt, request)
        way = self._client or client
        try:
            send_response(way, request, answer, start)
        except SlackClientNotConnectedError:
            send_response(self._successor_of(way), request, answer, start)

    def _successor_of(self, lost: BaseSocketModeClient) -> BaseSocketModeClient:
        with self._renewed:
            self._renewed.wait_for(lambda: self._client not in (None, lost), ANSWER_SECONDS)
            return self._client or lost

    def _failed(self, error: Exception) -> None:
        failure = failure_of(error)
        if failure.retry_after is not None:
            self._not_before = _now() + failure.retry_after.total_seconds()
        if self._said.first_time("cannot connect"):
            is_refused = failure.kind in (FailureKind.WORKSPACE, FailureKind.REFUSED)
            advice = REFUSED_ADVICE if is_refused else "Tried again by itself; until then no press arrives."
            log.error("slack.cannot_connect", code=failure.code, advice=advice)

    def _heard(self, message: str) -> None:
        if '"hello"' in message:
            hello = json.loads(message)
            if hello.get("type") == "hello":
                log.info("slack.connected", num_connections=hello.get("num_connections"))


def _hang_up(client: SocketModeClient) -> None:
    """At once: the SDK's own close waits seconds for something to read, and that may be a press."""
    client.auto_reconnect_enabled = False
    session = client.current_session
    # Read once: whoever reads from it may let go of it at any moment.
    wire = session.sock if session is not None else None
    if wire is not None:
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)


def _now() -> float:
    """What the SDK compares its pongs with: the real time, in seconds."""
    return SystemClock().now().timestamp()
