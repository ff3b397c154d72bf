"""What a failed call means for the message: a fault on the way must never look like Slack's last word."""

from __future__ import annotations

import socket
import ssl
from datetime import timedelta
from typing import Any
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.slack.failures import failure_of, is_about_blocks
from rules.delivery import FailureKind

BLOCK_PAGE = "Received a response in a non-JSON format: <html><body class=block>Blocked by your admin"
"""What the SDK puts where Slack's error would stand when something else has answered."""


def refused(error: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> SlackApiError:
    response = SlackResponse(
        client=WebClient(),
        http_verb="POST",
        api_url="",
        req_args={},
        data={"ok": False, "error": error},
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]  # so in the SDK


@pytest.mark.parametrize(
    "code",
    ["invalid_auth", "token_revoked", "not_allowed_token_type", "accesslimited", "message_limit_exceeded"],
)
def test_what_concerns_the_whole_app_holds_everything_and_buries_nothing(code: str) -> None:
    assert failure_of(refused(code)).kind is FailureKind.WORKSPACE


@pytest.mark.parametrize("code", ["ratelimited", "rate_limited"])
def test_slack_asks_for_a_pause_by_either_name(code: str) -> None:
    failure = failure_of(refused(code, headers={"Retry-After": "7"}))
    assert (failure.kind, failure.retry_after) == (FailureKind.RATE_LIMITED, timedelta(seconds=7))


@pytest.mark.parametrize(
    ("said", "status"), [(BLOCK_PAGE, 200), (BLOCK_PAGE, 403), (None, 404), (BLOCK_PAGE, 502)]
)
def test_an_answer_that_is_not_slacks_is_a_lost_answer_and_no_refusal(said: str | None, status: int) -> None:
    failure = failure_of(refused(said, status=status))
    assert (failure.kind, failure.code) == (FailureKind.PERHAPS_DONE, f"http_{status}")
    assert not is_about_blocks(failure.code), "or it would be posted once more in plainer words"


def test_slacks_own_refusal_is_its_last_word() -> None:
    assert failure_of(refused("msg_too_long")).kind is FailureKind.REFUSED


@pytest.mark.parametrize(
    "reason", [ConnectionRefusedError(), socket.gaierror(-2, "unknown name"), ssl.SSLCertVerificationError()]
)
def test_what_never_left_is_sent_again_without_looking_for_it(reason: OSError) -> None:
    failure = failure_of(URLError(reason))
    assert (failure.kind, failure.code) == (FailureKind.NOT_DONE, "unreachable")
