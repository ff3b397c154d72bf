"""The sandbox as one server: a thread with its own event loop, one port, one URL."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from bot.sandbox import side_doors, wires
from bot.sandbox.calls import CallLog
from bot.sandbox.delivery import Courier
from bot.sandbox.faults import Faults
from bot.sandbox.page_api import PageApi
from bot.sandbox.people import Person
from bot.sandbox.rates import Rates
from bot.sandbox.signed_requests import SignedRequests
from bot.sandbox.sockets import Sockets
from bot.sandbox.stream import Streams
from bot.sandbox.values import Call, User
from bot.sandbox.web_api import WebApi
from bot.sandbox.workspace import Workspace

PAGE = Path(__file__).parent / "page"
EVENT_RETRY_SECONDS = (0.0, 60.0, 300.0)
POLL_SECONDS = 0.05
START_SECONDS = 60
PATIENCE_SECONDS = 60

# The SDK notices that it was closed only between two reads, so frequent pings let bots stop quickly.
SOCKET_PING_SECONDS = 0.5


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SandboxServer:
    """Start it, give the bot `url`, `workspace.bot_token` and `workspace.app_token`, and act as people.

    `now` drives every ts, expiry and rate limit; the wait for acks and event retries are real seconds.
    `only_methods` (globs), `drop_metadata` and `without_blocks` (types) make it a lesser server than Slack.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        now: Callable[[], datetime] = _utc_now,
        rate_limits: bool = True,
        only_methods: Sequence[str] | None = None,
        drop_metadata: bool = False,
        without_blocks: Collection[str] = (),
        ack_seconds: float = 3.0,
        event_retry_seconds: Sequence[float] = EVENT_RETRY_SECONDS,
    ) -> None:
        self._port = port
        self._calls = CallLog()
        self._requests_url: str | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self.faults = Faults()
        self.workspace = Workspace(now=now, drop_metadata=drop_metadata)
        self.workspace.app.unsupported_blocks.update(without_blocks)
        self._courier = Courier(
            self.workspace, self.faults, ack_seconds=ack_seconds, event_retries=event_retry_seconds
        )
        self._sockets = Sockets(self.workspace, self.faults, cut=self._cut)
        self._courier.carrier = self._sockets
        self._streams = Streams(self.workspace)
        self._web_api = WebApi(
            self.workspace,
            self.faults,
            self._calls,
            Rates() if rate_limits else None,
            only_methods,
            self._cut,
        )
        self.workspace.event_sink = self._courier.send_event

    # -- life ----------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        if not self.workspace.url:
            raise RuntimeError("The sandbox has no URL before start(); call start() first.")
        return self.workspace.url

    def start(self) -> None:
        """Listen; raises OSError when the port is taken."""
        listener = socket.create_server(("127.0.0.1", self._port))
        self.workspace.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            Starlette(routes=self._routes(), lifespan=self._lifespan),
            loop="asyncio",
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="on",
            ws_ping_interval=SOCKET_PING_SECONDS,
            timeout_graceful_shutdown=3,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="sandbox", daemon=True
        )
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise RuntimeError(f"The sandbox did not start within {START_SECONDS} s; see the log for why.")

    def stop(self) -> None:
        """Close every connection and end the thread. Stopping twice is harmless."""
        if self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._streams.stop)
        self._server.should_exit = True
        self._thread.join(PATIENCE_SECONDS)
        self._thread = None

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        self._courier.start(self._loop)
        self._ready.set()
        yield
        await self._courier.stop()

    def _cut(self, client: tuple[str, int]) -> None:
        wires.cut(self._server, client)

    def _routes(self) -> list[BaseRoute]:
        routes: list[BaseRoute] = [
            Route("/", _index),
            Route("/api/{method}", self._web_api.serve, methods=["GET", "POST"]),
            WebSocketRoute("/link/", self._sockets.serve),
            *side_doors.routes(self.workspace),
            *PageApi(self.workspace, self._courier, self._streams).routes(),
        ]
        if PAGE.is_dir():
            routes.append(Mount("/static", StaticFiles(directory=PAGE)))
        return routes

    # -- what tests and the demo use -----------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        """Every Web API call so far, in the order of the answers."""
        return self._calls.read()

    @property
    def requests_url(self) -> str | None:
        return self._requests_url

    @requests_url.setter
    def requests_url(self, url: str | None) -> None:
        """HTTP mode: send signed requests there. None is Socket Mode."""
        self._requests_url = url
        secret = self.workspace.signing_secret
        self._courier.carrier = SignedRequests(url, secret) if url else self._sockets

    @property
    def connections(self) -> int:
        """How many sockets the app holds open."""
        return self._sockets.count

    def drop_sockets(self) -> None:
        """Cut every Socket Mode connection without a word."""
        self._loop.call_soon_threadsafe(self._sockets.drop_all)

    def refresh_sockets(self) -> None:
        """Ask the app to reconnect, as Slack does every few hours."""
        asyncio.run_coroutine_threadsafe(self._sockets.ask_to_reconnect(), self._loop).result(
            PATIENCE_SECONDS
        )

    def person(self, user: User | str) -> Person:
        """Somebody who can act; by user, id or key."""
        return Person(self.workspace.user(user).id, self.workspace, self._courier)

    def wait_until(self, condition: Callable[[], object], *, timeout: float = PATIENCE_SECONDS) -> None:
        """Return once the condition holds; it is tried on every change. Raises TimeoutError with the calls.

        It is also tried every 50 ms, for conditions about the bot rather than the workspace.
        """
        deadline = time.monotonic() + timeout
        while True:
            seen = self.workspace.changes.count
            if condition():
                return
            if time.monotonic() > deadline:
                recent = ", ".join(f"{call.method} {call.error or 'ok'}" for call in self.calls[-10:])
                raise TimeoutError(f"Not true within {timeout} s. The last calls were: {recent or 'none'}.")
            self.workspace.changes.wait(since=seen, timeout=POLL_SECONDS)


async def _index(_: Request) -> Response:
    page = PAGE / "index.html"
    if page.exists():
        return FileResponse(page)
    return PlainTextResponse("The sandbox workspace is running; its page is not built in.")
