"""A connection to Slack is not believed to live for long: silence is noticed, and answers find their way."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import client as sdk
from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState
from slack_sdk.web import SlackResponse
from structlog.testing import capture_logs
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State
from websockets.sync.server import ServerConnection, serve

from bot.slack import socket_mode
from bot.slack.socket_mode import SocketConnection
from tests.deadlines import eventually, take_time

WAIT_SECONDS = 30.0
PAUSE_SECONDS = 0.3
"""Longer than the SDK's reading thread rests between two sessions."""

PRESSED = {
    "type": "slash_commands",
    "envelope_id": "E1",
    "accepts_response_payload": True,
    "payload": {"command": "/andon", "team_id": "T1", "user_id": "U1", "channel_id": "C1"},
}


class Exchange:
    """Slack's end of the sockets, in the order in which they were opened, and what each has heard."""

    def __init__(self) -> None:
        self.sockets: list[ServerConnection] = []
        self.heard: dict[int, list[str]] = {}

    def connect(self, socket: ServerConnection) -> None:
        heard = self.heard[len(self.sockets)] = []
        self.sockets.append(socket)
        socket.send(json.dumps({"type": "hello", "num_connections": len(self.sockets)}))
        with suppress(ConnectionClosed):
            heard.extend(str(message) for message in socket)

    def has_connected(self, times: int) -> bool:
        return len(self.sockets) == times

    def has_lost(self, number: int) -> bool:
        return self.sockets[number].state is State.CLOSED


class Tickets(WebClient):
    """Gives everybody the same address, as long as it gives any."""

    def __init__(self) -> None:
        super().__init__()
        self.url = ""
        self.granted = threading.Event()
        self.granted.set()
        self.asked = 0
        self.asks_for_a_pause = False

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:
        self.asked += 1
        self.granted.wait(WAIT_SECONDS)
        if self.asks_for_a_pause:
            raise self._pause()
        answer: dict[str, Any] = {"ok": True, "url": self.url}
        return SlackResponse(
            client=self,
            http_verb="POST",
            api_url="",
            req_args={},
            data=answer,
            headers={},
            status_code=200,
        )

    def _pause(self) -> SlackApiError:
        said = {"ok": False, "error": "ratelimited"}
        answer = SlackResponse(
            client=self,
            http_verb="POST",
            api_url="",
            req_args={},
            data=said,
            headers={"Retry-After": "3600"},
            status_code=429,
        )
        return SlackApiError("refused", answer)  # type: ignore[no-untyped-call]  # the SDK leaves it so


class SlowHelp:
    """A command that is not answered before somebody lets it."""

    def __init__(self) -> None:
        self.begun, self.release, self.tried = threading.Event(), threading.Event(), threading.Event()

    def answer(self, ack: Ack) -> None:
        self.begun.set()
        self.release.wait(WAIT_SECONDS)
        ack("here to help")
        self.tried.set()


@pytest.fixture
def bolt() -> App:
    known = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-test", bot_user_id="UBOT")
    return App(authorize=lambda: known, signing_secret="unused over sockets")


@pytest.fixture
def exchange() -> Exchange:
    return Exchange()


@pytest.fixture
def tickets() -> Tickets:
    return Tickets()


@pytest.fixture
def slow_help(
    bolt: App, connection: SocketConnection, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> SlowHelp:
    for limit in ("ANSWER_SECONDS", "GOODBYE_SECONDS"):
        monkeypatch.setattr(socket_mode, limit, WAIT_SECONDS)
    help_text = SlowHelp()
    bolt.command("/andon")(help_text.answer)
    take_time(bolt)
    eventually(partial(exchange.has_connected, 1), within=WAIT_SECONDS, what="it is connected")
    return help_text


@pytest.fixture
def connection(bolt: App, exchange: Exchange, tickets: Tickets) -> Iterator[SocketConnection]:
    with capture_logs(), serve(exchange.connect, "127.0.0.1", 0) as server, ThreadPoolExecutor(1) as pool:
        pool.submit(server.serve_forever)
        tickets.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        opened = SocketConnection(bolt, "xapp-test", tickets)
        opened.watch()
        yield opened
        opened.close()
        server.shutdown()


def test_a_connection_that_has_fallen_silent_is_built_anew(
    connection: SocketConnection, exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    eventually(partial(exchange.has_connected, 1), within=WAIT_SECONDS, what="it is connected")
    assert connection.is_alive()
    monkeypatch.setattr(socket_mode, "SILENCE_SECONDS", 0.05)
    eventually(lambda: not connection.is_alive(), within=WAIT_SECONDS, what="silence is noticed")
    connection.watch()
    eventually(partial(exchange.has_connected, 2), within=WAIT_SECONDS, what="it is built anew")


def test_an_answer_goes_by_the_connection_of_now(
    connection: SocketConnection, exchange: Exchange, slow_help: SlowHelp, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange.sockets[0].send(json.dumps(PRESSED))
    assert slow_help.begun.wait(WAIT_SECONDS)
    monkeypatch.setattr(socket_mode, "SILENCE_SECONDS", 0.0)
    with ThreadPoolExecutor(1) as watchdog:
        watching = watchdog.submit(connection.watch)
        eventually(partial(exchange.has_lost, 0), within=WAIT_SECONDS, what="the silent one is closed")
        slow_help.release.set()
        watching.result(WAIT_SECONDS)
    eventually(lambda: exchange.heard[1], within=WAIT_SECONDS, what="the answer arrives")
    assert "here to help" in exchange.heard[1][0]


def test_an_answer_waits_for_the_connection_that_is_under_way(
    connection: SocketConnection, exchange: Exchange, slow_help: SlowHelp, tickets: Tickets
) -> None:
    exchange.sockets[0].send(json.dumps(PRESSED))
    assert slow_help.begun.wait(WAIT_SECONDS)
    tickets.granted.clear()
    exchange.sockets[0].close()
    eventually(lambda: not connection.is_alive(), within=WAIT_SECONDS, what="the loss is noticed")
    slow_help.release.set()
    assert slow_help.tried.wait(WAIT_SECONDS)
    tickets.granted.set()
    eventually(lambda: exchange.heard.get(1), within=WAIT_SECONDS, what="the answer arrives")
    assert "here to help" in exchange.heard[1][0]


def test_a_goodbye_waits_for_the_answer_that_is_under_way(
    connection: SocketConnection, exchange: Exchange, slow_help: SlowHelp
) -> None:
    exchange.sockets[0].send(json.dumps(PRESSED))
    assert slow_help.begun.wait(WAIT_SECONDS)
    with ThreadPoolExecutor(1) as leaving:
        left = leaving.submit(connection.close)
        assert not wait([left], timeout=0.2).done
        slow_help.release.set()
        left.result(WAIT_SECONDS)
    eventually(lambda: exchange.heard[0], within=WAIT_SECONDS, what="the answer arrives")
    assert "here to help" in exchange.heard[0][0]


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[ConnectionState]:
    """One entry for each time that somebody begins to read a connection."""
    reads = Connection.run_until_completion
    begun: list[ConnectionState] = []

    def read(session: Connection, state: ConnectionState) -> None:
        begun.append(state)
        reads(session, state)

    monkeypatch.setattr(Connection, "run_until_completion", read)
    return begun


def leaves(connection: SocketConnection, readings: Sequence[ConnectionState] = ()) -> None:
    """It closes, and ends."""
    with ThreadPoolExecutor(1) as leaving:
        left = leaving.submit(connection.close)
        try:
            assert wait([left], timeout=WAIT_SECONDS).done, "it waits for ever"
        finally:
            for state in readings:
                state.terminated = True
        left.result()


def test_a_goodbye_ends_though_the_machine_pauses_in_the_middle_of_it(
    readings: list[ConnectionState],
    connection: SocketConnection,
    exchange: Exchange,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    eventually(partial(exchange.has_connected, 1), within=WAIT_SECONDS, what="it is connected")
    disconnects = Connection.disconnect

    def disconnect_late(session: Connection) -> None:
        threading.Event().wait(PAUSE_SECONDS)
        disconnects(session)

    monkeypatch.setattr(Connection, "disconnect", disconnect_late)
    leaves(connection, readings)


def test_a_goodbye_ends_though_reading_began_before_the_connection_was_complete(
    readings: list[ConnectionState], connection: SocketConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    eventually(lambda: readings, within=WAIT_SECONDS, what="it is read")

    def made_late() -> ConnectionState:
        with suppress(AssertionError):
            eventually(lambda: len(readings) > 1, within=PAUSE_SECONDS, what="the next one is read")
        return ConnectionState()  # type: ignore[no-untyped-call]  # the SDK leaves it without annotations

    monkeypatch.setattr(sdk, "ConnectionState", made_late)
    monkeypatch.setattr(socket_mode, "SILENCE_SECONDS", 0.0)
    connection.watch()
    leaves(connection, readings)


def test_a_goodbye_ends_well_though_the_sdk_disconnects_at_the_same_moment(
    connection: SocketConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    checking, told, leaving, disconnected = (threading.Event() for _ in range(4))

    class Contended:
        """A lock that whoever says goodbye gets once the SDK has disconnected."""

        def __init__(self) -> None:
            self.first = threading.get_ident()

        def __enter__(self) -> None:
            if threading.get_ident() != self.first:
                leaving.set()
                disconnected.wait(WAIT_SECONDS)

        def __exit__(self, *_: object) -> None:
            pass

    def lose_patience(session: Connection) -> None:
        monkeypatch.setattr(session, "sock_send_lock", Contended())
        checking.set()
        told.wait(WAIT_SECONDS)
        leaving.wait(PAUSE_SECONDS)
        session.disconnect()
        disconnected.set()

    monkeypatch.setattr(Connection, "check_state", lose_patience)
    monkeypatch.setattr(socket_mode, "SILENCE_SECONDS", 0.0)
    connection.watch()
    assert checking.wait(WAIT_SECONDS)
    told.set()
    leaves(connection)


def test_a_pause_that_slack_asks_for_is_kept_and_holds_nobody_up(
    connection: SocketConnection, exchange: Exchange, tickets: Tickets, monkeypatch: pytest.MonkeyPatch
) -> None:
    eventually(partial(exchange.has_connected, 1), within=WAIT_SECONDS, what="it is connected")
    tickets.asks_for_a_pause = True
    monkeypatch.setattr(socket_mode, "SILENCE_SECONDS", 0.0)
    asked = tickets.asked
    for _ in range(3):
        connection.watch()
    assert tickets.asked == asked + 1
