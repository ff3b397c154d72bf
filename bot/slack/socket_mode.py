"""Socket Mode that stays alive: a connection is judged by its last pong and rebuilt when that is too old."""

from __future__ import annotations

import json
import threading

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient

from bot.clock import SystemClock
from bot.slack.failures import CALL_FAILURES, failure_of
from bot.telemetry import SaidOnce

PING_SECONDS = 5.0
SILENCE_SECONDS = 30.0
"""No pong for so long means a dead connection, whatever the client believes of itself."""

CLOSING_SECONDS = 5.0

log = structlog.get_logger(__name__)


class SocketConnection:
    """One Socket Mode connection at a time. `watch` is called every few seconds and mends it."""

    def __init__(self, bolt: App, app_token: str, client: WebClient, *, listeners: int = 10) -> None:
        self._bolt = bolt
        self._app_token = app_token
        self._client = client
        self._listeners = listeners
        self._handler: SocketModeHandler | None = None
        self._born = 0.0
        self._said = SaidOnce()
        self._watching = threading.Lock()

    def watch(self) -> None:
        """Connect if there is no connection, and replace one that has fallen silent."""
        if self._watching.acquire(blocking=False):
            try:
                if not self.is_alive():
                    self._rebuild()
            finally:
                self._watching.release()

    def is_alive(self) -> bool:
        """Whether a pong came lately; a connection just born gets the same time to send its first."""
        if self._handler is None:
            return False
        session = self._handler.client.current_session
        if session is None or not session.is_active():
            return False
        return (
            SystemClock().now().timestamp() - max(session.last_ping_pong_time or 0.0, self._born)
            < SILENCE_SECONDS
        )

    def close(self) -> None:
        """Say goodbye properly, so that Slack keeps no ghost of this connection; drains its listeners."""
        with self._watching:
            self._drop()

    def _rebuild(self) -> None:
        if self._handler is not None:
            log.warning("slack.socket_silent", means="the connection is dead and is built anew")
            self._drop()
        handler = SocketModeHandler(
            self._bolt,
            self._app_token,
            web_client=self._client,
            ping_interval=PING_SECONDS,
            concurrency=self._listeners,
        )
        handler.client.on_message_listeners.append(self._heard)
        try:
            handler.client.connect()
        except CALL_FAILURES as error:
            _close(handler)
            self._failed(error)
            return
        self._handler = handler
        self._born = SystemClock().now().timestamp()
        self._said.forget("cannot connect")

    def _drop(self) -> None:
        if self._handler is not None:
            _close(self._handler)
            self._handler = None

    def _failed(self, error: Exception) -> None:
        failure = failure_of(error)
        if self._said.first_time("cannot connect"):
            advice = "SLACK_APP_TOKEN must be an app-level token with the scope connections:write."
            log.error("slack.cannot_connect", code=failure.code, advice=advice)

    def _heard(self, message: str) -> None:
        if '"hello"' in message:
            hello = json.loads(message)
            if hello.get("type") == "hello":
                log.info("slack.connected", num_connections=hello.get("num_connections"))


def _close(handler: SocketModeHandler) -> None:
    """Close within a time: the SDK's own close may wait for ever for a connection that was just replaced."""
    closing = threading.Thread(target=handler.client.close, name="slack-closing", daemon=True)
    closing.start()
    closing.join(CLOSING_SECONDS)
    if closing.is_alive():
        log.warning("slack.socket_not_closed", means="left to end by itself; a new one is built in any case")
