"""The sandbox's own life, and the life of its sockets, seen through a bare websocket.

Not through the SDK's client: while it reconnects it can leak its socket and then never end its threads.
"""

import asyncio
import json
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from bot.sandbox.delivery import Ack
from bot.sandbox.faults import Fault
from bot.sandbox.people import Person
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Channel
from tests.sandbox.conftest import card, only, web_client

WAIT_SECONDS = 60.0


def ticket(sandbox: SandboxServer) -> str:
    """The address of one socket."""
    client = WebClient(base_url=f"{sandbox.url}/api/", retry_handlers=[])
    return str(client.apps_connections_open(app_token=sandbox.workspace.app_token)["url"])


@contextmanager
def connected(sandbox: SandboxServer) -> Iterator[ClientConnection]:
    """A socket that has been greeted."""
    with connect(ticket(sandbox)) as socket:
        assert json.loads(socket.recv())["type"] == "hello"
        yield socket


def test_a_ticket_opens_one_socket(sandbox: SandboxServer) -> None:
    address = ticket(sandbox)
    with connect(address), pytest.raises(InvalidStatus) as refused, connect(address):
        pass
    assert refused.value.response.status_code == 403


def test_the_eleventh_socket_is_told_that_there_are_too_many(sandbox: SandboxServer) -> None:
    with ExitStack() as stack:
        sockets = [stack.enter_context(connect(ticket(sandbox))) for _ in range(10)]
        hellos = [json.loads(socket.recv()) for socket in sockets]
        assert [hello["num_connections"] for hello in hellos] == list(range(1, 11))
        eleventh = stack.enter_context(connect(ticket(sandbox)))
        assert json.loads(eleventh.recv())["reason"] == "too_many_websockets"


def test_an_app_is_asked_to_reconnect_and_then_closed(sandbox: SandboxServer) -> None:
    with connected(sandbox) as socket:
        sandbox.refresh_sockets()
        assert json.loads(socket.recv())["reason"] == "refresh_requested"
        with pytest.raises(ConnectionClosedOK):
            socket.recv()
    sandbox.wait_until(lambda: sandbox.connections == 0)


def test_a_dropped_socket_ends_without_a_word(sandbox: SandboxServer) -> None:
    with connected(sandbox) as socket:
        sandbox.drop_sockets()
        with pytest.raises(ConnectionClosedError):
            socket.recv()
    sandbox.wait_until(lambda: sandbox.connections == 0)


def test_a_socket_dropped_while_delivering_loses_a_press_but_not_an_event(
    sandbox: SandboxServer, client: WebClient, maria: Person, line_2: Channel
) -> None:
    client.chat_postEphemeral(channel=line_2.id, user=maria.id, text="card", blocks=card("1"))
    with connected(sandbox) as socket:
        sandbox.faults.add(Fault(kind="socket_dropped", method="interactive/block_actions", next=1))
        assert maria.presses(only(maria.ephemerals(line_2)), "ack").error == "dispatch_failed"
        assert sandbox.connections == 0, "what was cut may not pass for open until its end is noticed"
        with pytest.raises(ConnectionClosedError):
            socket.recv()
    with connected(sandbox) as first, connected(sandbox) as second:
        sandbox.faults.add(Fault(kind="socket_dropped", method="events_api/message", next=1))
        maria.says(line_2, "Hello?")
        with pytest.raises(ConnectionClosedError):
            first.recv()
        envelope = json.loads(second.recv())
        second.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        assert envelope["payload"]["event"]["text"] == "Hello?"
        assert (envelope["retry_attempt"], envelope["retry_reason"]) == (1, "connection_failed")


def test_payloads_are_spread_over_the_connections(
    sandbox: SandboxServer, maria: Person, line_2: Channel
) -> None:
    with connected(sandbox) as first, connected(sandbox) as second:
        heard = []
        for text, socket in (("one", first), ("two", second), ("three", first)):
            maria.says(line_2, text)
            envelope = json.loads(socket.recv())
            socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
            heard.append(envelope["payload"]["event"]["text"])
        assert heard == ["one", "two", "three"]


def test_stopping_with_open_connections_is_quiet_and_leaves_no_thread() -> None:
    sandbox = SandboxServer()
    sandbox.start()
    with connected(sandbox) as socket:
        sandbox.stop()
        sandbox.stop()
        with pytest.raises(ConnectionClosed):
            socket.recv()
    assert "sandbox" not in [thread.name for thread in threading.enumerate()]


def test_who_types_while_the_workspace_goes_away_is_told(
    sandbox: SandboxServer, maria: Person, line_2: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.workspace.install(commands=["/andon"])
    hands_over, begun = asyncio.run_coroutine_threadsafe, threading.Event()

    def hand_over_late(work: Coroutine[Any, Any, Ack], loop: asyncio.AbstractEventLoop) -> Future[Ack]:
        begun.set()
        threading.Event().wait(0.5)  # longer than the workspace takes to go
        return hands_over(work, loop)

    monkeypatch.setattr(asyncio, "run_coroutine_threadsafe", hand_over_late)
    with ThreadPoolExecutor(1) as people:
        typed = people.submit(maria.types, line_2, "/andon")
        assert begun.wait(WAIT_SECONDS)
        sandbox.stop()
        assert typed.result(WAIT_SECONDS).error == '/andon failed with the error "dispatch_failed"'


def test_several_sandboxes_live_side_by_side() -> None:
    sandboxes = [SandboxServer(), SandboxServer()]
    for sandbox in sandboxes:
        sandbox.start()
    assert sandboxes[0].url != sandboxes[1].url
    assert all(web_client(sandbox).auth_test()["ok"] for sandbox in sandboxes)
    for sandbox in sandboxes:
        sandbox.stop()


def test_waiting_in_vain_names_the_last_calls(sandbox: SandboxServer, client: WebClient) -> None:
    client.auth_test()
    with pytest.raises(TimeoutError, match=r"auth\.test ok"):
        sandbox.wait_until(lambda: False, timeout=0.1)
