"""The sandbox's own life, and sockets that are not welcome."""

import json
import threading
from contextlib import ExitStack

import pytest
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from bot.sandbox.server import SandboxServer
from tests.sandbox.conftest import web_client


def ticket(sandbox: SandboxServer) -> str:
    """The address of one socket."""
    client = WebClient(base_url=f"{sandbox.url}/api/", retry_handlers=[])
    return str(client.apps_connections_open(app_token=sandbox.workspace.app_token)["url"])


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


def test_stopping_with_open_connections_is_quiet_and_leaves_no_thread() -> None:
    sandbox = SandboxServer()
    sandbox.start()
    with connect(ticket(sandbox)) as socket:
        assert json.loads(socket.recv())["type"] == "hello"
        sandbox.stop()
        sandbox.stop()
        with pytest.raises(ConnectionClosed):
            socket.recv()
    assert "sandbox" not in [thread.name for thread in threading.enumerate()]


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
