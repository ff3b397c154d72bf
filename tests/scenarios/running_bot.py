"""The bot as `andon run` has it, with its HTTP edge on a port of its own, inside the test's process."""

from __future__ import annotations

import socket
import threading

import uvicorn

from bot.app import App
from bot.clock import Clock
from bot.serving import http_server
from bot.settings import Settings, SlackMode
from tests.deadlines import eventually

START_SECONDS = 60.0


class RunningBot:
    """Running from the moment it is made until `stop`."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.app = App(settings, clock=clock)
        self.app.start()
        listener = socket.create_server((settings.host, 0))
        self.url = f"http://{settings.host}:{listener.getsockname()[1]}"
        self._server = http_server(self.app)
        self._thread = threading.Thread(
            target=uvicorn.Server.run, args=(self._server, [listener]), name="http-edge", daemon=True
        )
        self._thread.start()
        eventually(self._is_reachable, within=START_SECONDS, what="the bot is reachable")

    def stop(self) -> None:
        """As after SIGTERM: stop serving, drain, close."""
        self._server.should_exit = True
        self.app.stop()
        self._thread.join(START_SECONDS)

    def _is_reachable(self) -> bool:
        in_http_mode = self.app.settings.slack_mode is SlackMode.HTTP
        connection = self.app.connection
        return self._server.started and (in_http_mode or (connection is not None and connection.is_alive()))
