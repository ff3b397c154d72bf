"""One small plant: Maria leads the shift, Tom fixes machines, and a bot that only the tests know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox.people import Person
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Channel, Json
from bot.sandbox.workspace import Workspace

Item = TypeVar("Item")


class Clock:
    """Real time, until a test moves it on."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def fast_forward(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def settle(workspace: Workspace) -> None:
    workspace.add_user("maria", real_name="Maria Jansen", email="maria@plant.example")
    workspace.add_user("tom", real_name="Tom de Vries", email="tom@plant.example")
    workspace.add_channel("line-2")


@pytest.fixture
def ack_seconds() -> float:
    """However slow the machine is, whoever answers does so within this."""
    return 60.0


nobody_answers = pytest.mark.parametrize("ack_seconds", [1.0])
"""Where the story is that an answer does not come."""


@pytest.fixture
def sandbox(clock: Clock, ack_seconds: float) -> Iterator[SandboxServer]:
    server = SandboxServer(
        now=clock, rate_limits=False, ack_seconds=ack_seconds, event_retry_seconds=(0.0, 0.1)
    )
    settle(server.workspace)
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
        token=sandbox.workspace.bot_token, base_url=f"{sandbox.url}/api/", timeout=60, retry_handlers=[]
    )


@dataclass(frozen=True, slots=True)
class Bot:
    """A Bolt app and how to connect it; listeners are added before."""

    app: App
    handler: SocketModeHandler
    sandbox: SandboxServer

    def connect(self) -> None:
        self.handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it without annotations
        self.sandbox.wait_until(lambda: self.sandbox.connections == 1)


@pytest.fixture
def bot(sandbox: SandboxServer, client: WebClient) -> Iterator[Bot]:
    app = bolt_app(sandbox, client)
    handler = SocketModeHandler(app, sandbox.workspace.app_token, ping_interval=60)
    yield Bot(app, handler, sandbox)
    end_reading(handler)
    handler.close()  # type: ignore[no-untyped-call]  # Bolt leaves it without annotations
    app.listener_runner.listener_executor.shutdown()


def end_reading(handler: SocketModeHandler) -> None:
    """The SDK tells its reader to end once, and waits for ever for one that was just between two readings."""
    client = handler.client
    client.auto_reconnect_enabled = False
    reader = client.current_session_runner
    reader.event.set()
    while reader.is_alive():
        client.current_session_state.terminated = True
        reader.thread.join(0.05)


def bolt_app(sandbox: SandboxServer, client: WebClient) -> App:
    """An app that listens to nothing yet."""
    return App(client=client, signing_secret=sandbox.workspace.signing_secret)


def ignore_messages(app: App) -> None:
    """Register last: whatever message nobody wanted is acked."""

    @app.event("message")
    def ignore() -> None:
        pass


def section(text: str, **more: object) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action_id: str, value: str = "1") -> Json:
    return {
        "type": "button",
        "action_id": action_id,
        "value": value,
        "text": {"type": "plain_text", "text": action_id.title()},
    }


def card(value: str) -> list[Json]:
    return [
        section(f"*Filler down* {value}"),
        {"type": "actions", "block_id": "buttons", "elements": [button("ack", value)]},
    ]


def text_input(block_id: str, **element: object) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": block_id.title()},
        "element": {"type": "plain_text_input", "action_id": "text", **element},
    }


def modal(*blocks: Json, callback_id: str = "raise", **more: object) -> Json:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": {"type": "plain_text", "text": callback_id.title()},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": list(blocks),
        **more,
    }


def only(items: list[Item]) -> Item:
    [item] = items
    return item
