"""One small plant: Maria leads the shift, Tom fixes machines, and a bot that only the tests know."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox.people import Person
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Channel


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    server = SandboxServer(rate_limits=False, ack_seconds=1.0, event_retry_seconds=(0.0, 0.1))
    server.workspace.add_user("maria", real_name="Maria Jansen", email="maria@plant.example")
    server.workspace.add_user("tom", real_name="Tom de Vries", email="tom@plant.example")
    server.workspace.add_channel("line-2")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def line_2(sandbox: SandboxServer) -> Channel:
    return sandbox.workspace.channel("line-2")


@pytest.fixture
def maria(sandbox: SandboxServer) -> Person:
    return sandbox.person("maria")


@pytest.fixture
def tom(sandbox: SandboxServer) -> Person:
    return sandbox.person("tom")


@pytest.fixture
def client(sandbox: SandboxServer) -> WebClient:
    """The bot's Web API client, which retries nothing by itself."""
    return web_client(sandbox)


def web_client(sandbox: SandboxServer) -> WebClient:
    return WebClient(
        token=sandbox.workspace.bot_token, base_url=f"{sandbox.url}/api/", timeout=5, retry_handlers=[]
    )


@dataclass(frozen=True, slots=True)
class Connected:
    """A Bolt app and how to connect it; listeners are added before."""

    app: App
    handler: SocketModeHandler
    sandbox: SandboxServer

    def connect(self) -> None:
        self.handler.connect()
        self.sandbox.wait_until(lambda: self.sandbox.connections == 1)


@pytest.fixture
def bot(sandbox: SandboxServer, client: WebClient) -> Iterator[Connected]:
    app = App(client=client, token=sandbox.workspace.bot_token)
    handler = SocketModeHandler(app, sandbox.workspace.app_token, ping_interval=1)
    yield Connected(app, handler, sandbox)
    handler.close()
    app.listener_runner.listener_executor.shutdown()
