"""The Slack workspace: whether it lets us in, with which rights, and whether our clocks agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.cli.doctor.findings import Finding, doubt, fault, fine
from bot.messages.manifest import BOT_SCOPES
from bot.slack.failures import CALL_FAILURES, failure_of

OPTIONAL_SCOPES = frozenset({"files:read", "files:write", "metadata.message:read"})
TOLERATED_SKEW = timedelta(seconds=5)
REFUSED_SKEW = timedelta(minutes=5)
"""Slack's requests carry a signed time; from here on they would be refused."""

NOT_REACHED = "Nothing answered. Check the way to Slack from here (network, DNS, proxy), and SLACK_API_URL."


def identity(client: WebClient) -> tuple[Finding, SlackResponse | None]:
    """Who the bot is for Slack; the answer carries scopes and time."""
    try:
        answer = client.auth_test()
    except CALL_FAILURES as error:
        failure = failure_of(error)
        advice = failure.advice if isinstance(error, SlackApiError) else NOT_REACHED
        return fault("Slack", f"auth.test: {failure.code}", advice), None
    return fine("Slack", f"@{answer.get('user')} in {answer.get('team')} ({answer.get('url')})"), answer


def socket(client: WebClient, app_token: str) -> Finding:
    """Whether Socket Mode can be opened; asking for an address connects nothing."""
    try:
        client.apps_connections_open(app_token=app_token)
    except CALL_FAILURES as error:
        remedy = (
            "Make an app-level token with connections:write, set SLACK_APP_TOKEN, and enable Socket Mode."
        )
        return fault("Socket Mode", f"apps.connections.open: {failure_of(error).code}", remedy)
    return fine("Socket Mode", "can be opened")


def rights(answer: SlackResponse) -> Iterator[Finding]:
    """The scopes that the token has, against those of the manifest."""
    said = header(answer, "x-oauth-scopes")
    if said is None:
        yield doubt("scopes", "this Slack server does not tell them", "Compare with `andon manifest`.")
        return
    missing = [scope for scope in BOT_SCOPES if scope not in {each.strip() for each in said.split(",")}]
    needed = [scope for scope in missing if scope not in OPTIONAL_SCOPES]
    lesser = [scope for scope in missing if scope in OPTIONAL_SCOPES]
    remedy = "Add them under OAuth & Permissions (or paste `andon manifest` again) and reinstall the app."
    if needed:
        yield fault("scopes", f"missing {', '.join(needed)}", remedy)
    if lesser:
        yield doubt("scopes", f"missing {', '.join(lesser)}; Andon does without", remedy)
    if not missing:
        yield fine("scopes", f"all {len(BOT_SCOPES)} granted")


def clock(answer: SlackResponse, now: datetime) -> Finding:
    """How far this machine's clock is from Slack's, to the second."""
    said = header(answer, "date")
    if said is None:
        return doubt("time", "this Slack server does not tell it", "Keep the machine's clock with NTP.")
    skew = abs(now - parsedate_to_datetime(said))
    words = f"{skew.total_seconds():.0f} s apart from Slack's"
    if skew > REFUSED_SKEW:
        return fault("time", words, "Set the machine's clock; keep it with NTP.")
    if skew > TOLERATED_SKEW:
        return doubt("time", words, "Keep the machine's clock with NTP.")
    return fine("time", words)


def header(answer: SlackResponse, name: str) -> str | None:
    """A header of the response, however it is spelt."""
    for each, value in answer.headers.items():
        if each.lower() == name:
            return str(value[0] if isinstance(value, list) else value)
    return None
