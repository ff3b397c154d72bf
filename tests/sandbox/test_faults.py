"""What can go wrong on the way, once each."""

import http.client
import urllib.error
from random import Random

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.faults import Fault
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Channel
from tests.sandbox.conftest import only

CONNECTION_ENDED = (urllib.error.URLError, http.client.RemoteDisconnected, ConnectionResetError)


def test_429_tells_how_long_to_wait(sandbox: SandboxServer, client: WebClient, line_2: Channel) -> None:
    sandbox.faults.add(Fault(kind="429", method="chat.*", next=1, seconds=7))
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=line_2.id, text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["retry-after"] == "7"
    assert client.chat_postMessage(channel=line_2.id, text="x")["ok"]


def test_500_happens_before_anything_is_done(
    sandbox: SandboxServer, client: WebClient, line_2: Channel
) -> None:
    sandbox.faults.add(Fault(kind="500", method="chat.postMessage", next=1))
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=line_2.id, text="x")
    assert caught.value.response.status_code == 500
    assert sandbox.workspace.messages(line_2) == []


def test_a_reset_happens_before_anything_is_done(
    sandbox: SandboxServer, client: WebClient, line_2: Channel
) -> None:
    sandbox.faults.add(Fault(kind="reset", method="chat.postMessage", next=1))
    with pytest.raises(CONNECTION_ENDED):
        client.chat_postMessage(channel=line_2.id, text="x")
    assert sandbox.workspace.messages(line_2) == []
    assert sandbox.calls[-1].error == "reset"


def test_a_lost_response_leaves_the_message_behind(
    sandbox: SandboxServer, client: WebClient, line_2: Channel
) -> None:
    sandbox.faults.add(Fault(kind="response_lost", method="chat.postMessage", next=1))
    with pytest.raises(CONNECTION_ENDED):
        client.chat_postMessage(channel=line_2.id, text="x")
    assert only(sandbox.workspace.messages(line_2)).text == "x"


def test_a_slow_call_is_answered_after_the_client_has_given_up(
    sandbox: SandboxServer, client: WebClient, line_2: Channel
) -> None:
    sandbox.faults.add(Fault(kind="slow", method="chat.postMessage", next=1, seconds=2))
    client.timeout = 0.1  # type: ignore[assignment]  # a fraction works as well
    with pytest.raises((TimeoutError, urllib.error.URLError)):
        client.chat_postMessage(channel=line_2.id, text="x")
    sandbox.wait_until(lambda: sandbox.workspace.messages(line_2))


def test_faults_strike_each_nth_call_or_by_chance_and_can_be_cleared(
    sandbox: SandboxServer, client: WebClient
) -> None:
    def failures(count: int) -> list[int]:
        failed = []
        for number in range(1, count + 1):
            try:
                client.auth_test()
            except SlackApiError:
                failed.append(number)
        return failed

    sandbox.faults.add(Fault(kind="500", method="auth.*", every=3))
    assert failures(7) == [3, 6]
    sandbox.faults.clear()
    sandbox.faults.add(Fault(kind="500", method="auth.*", chance=0.5, random=Random(1)))
    assert 0 < len(failures(20)) < 20
    sandbox.faults.clear()
    assert failures(5) == []


def test_a_fault_says_when_in_one_way_only() -> None:
    with pytest.raises(ValueError, match="only one of every=, next= and chance="):
        Fault(kind="500", every=2, next=1)
