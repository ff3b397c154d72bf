"""Slack's pace: a short burst in a channel, one a second after it, and so many calls a minute."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.server import SandboxServer
from tests.sandbox.conftest import Clock, settle, web_client


class StandingClock(Clock):
    """Stands still unless moved."""

    def __init__(self) -> None:
        super().__init__()
        self._start = super().__call__()

    def __call__(self) -> datetime:
        return self._start + self._ahead


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def paced(clock: Clock) -> Iterator[SandboxServer]:
    server = SandboxServer(now=clock)
    settle(server.workspace)
    server.workspace.add_channel("line-3")
    server.start()
    yield server
    server.stop()


def retry_after(error: SlackApiError) -> int:
    assert error.response.status_code == 429
    assert error.response["error"] == "ratelimited"
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    return int(headers["retry-after"])


def posted(client: WebClient, channel: str, count: int) -> int:
    """How many of `count` posts went through."""
    through = 0
    for _ in range(count):
        try:
            client.chat_postMessage(channel=channel, text="x")
            through += 1
        except SlackApiError as error:
            assert retry_after(error) == 1
    return through


def test_a_channel_takes_a_burst_of_four_and_then_one_a_second(paced: SandboxServer, clock: Clock) -> None:
    client = web_client(paced)
    line_2, line_3 = (paced.workspace.channel(name).id for name in ("line-2", "line-3"))
    assert posted(client, line_2, 6) == 4
    assert posted(client, line_3, 6) == 4
    clock.fast_forward(1)
    assert posted(client, line_2, 3) == 1
    clock.fast_forward(60)
    assert posted(client, line_2, 6) == 4


def test_a_method_has_its_minute(paced: SandboxServer, clock: Clock) -> None:
    client = web_client(paced)
    for _ in range(20):
        client.users_list()
    clock.fast_forward(20)
    with pytest.raises(SlackApiError) as caught:
        client.users_list()
    assert retry_after(caught.value) == 40
    clock.fast_forward(40)
    assert client.users_list()["ok"]


def test_updates_share_one_minute_across_channels(paced: SandboxServer) -> None:
    client = web_client(paced)
    stamps = {}
    for name in ("line-2", "line-3"):
        channel = paced.workspace.channel(name).id
        stamps[channel] = client.chat_postMessage(channel=channel, text="x")["ts"]
    for number in range(50):
        channel = list(stamps)[number % 2]
        client.chat_update(channel=channel, ts=stamps[channel], text=str(number))
    with pytest.raises(SlackApiError) as caught:
        client.chat_update(channel=channel, ts=stamps[channel], text="one too many")
    assert retry_after(caught.value) == 60
