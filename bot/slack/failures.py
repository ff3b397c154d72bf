"""Failures of Slack calls, by what they mean for the message and what a human can do."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Mapping
from datetime import timedelta
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from rules.delivery import Failure, FailureKind

WORKSPACE_ADVICE: Mapping[str, str] = {
    "invalid_auth": "Slack does not accept SLACK_BOT_TOKEN. Copy the Bot User OAuth Token again and restart.",
    "not_authed": "No token was sent. Set SLACK_BOT_TOKEN and restart.",
    "token_revoked": "The token was revoked. Reinstall the app and set the new SLACK_BOT_TOKEN.",
    "token_expired": "The token has expired. Reinstall the app and set the new SLACK_BOT_TOKEN.",
    "account_inactive": "The app was removed from the workspace. Install it again.",
    "missing_scope": "The app lacks a scope. Compare its scopes with `andon manifest` and reinstall it.",
    "no_permission": "The workspace does not allow the app to do this. Ask an admin of the workspace.",
    "org_login_required": "The workspace is being migrated. Slack will accept calls again by itself.",
    "ekm_access_denied": "An admin has suspended access to messages. Ask an admin of the workspace.",
    "team_access_not_granted": "The app has no access to this workspace. Install it there.",
    "not_allowed_token_type": "SLACK_BOT_TOKEN is of another kind. Copy the Bot User OAuth Token (xoxb-…).",
    "accesslimited": "Slack refuses this network. Ask an admin of the workspace to allow its address.",
    "message_limit_exceeded": "The workspace sends more than Slack allows. Slack will accept it later.",
}
"""Refusals that concern the app as a whole: every message waits until a human has mended it."""

CHANNEL_ADVICE: Mapping[str, str] = {
    "channel_not_found": "No such channel, or Andon is not in it. Create it, or /invite @andon there.",
    "not_in_channel": "Andon is not in the channel. Type /invite @andon there.",
    "is_archived": "The channel is archived. Unarchive it, or name another in the control plan.",
    "is_inactive": "The channel is archived. Unarchive it, or name another in the control plan.",
    "restricted_action": "Posting is restricted in this channel. Allow the app to post, or name another.",
    "restricted_action_read_only_channel": "The channel is read-only. Name another in the control plan.",
    "user_not_found": "No such person in the workspace. Correct `slack:` or `email:` in the control plan.",
    "users_not_found": "No such person in the workspace. Correct `slack:` or `email:` in the control plan.",
    "user_disabled": "This account is deactivated. Name somebody else in the control plan.",
    "cannot_dm_bot": "This account is a bot. Name a person in the control plan.",
}
"""Refusals that concern one channel or person: what was meant for it goes to the catch-all."""

OTHER_ADVICE: Mapping[str, str] = {
    "not_enabled": "The app's Home tab is switched off. Switch it on in its settings, then open it again.",
}
"""Refusals that concern one kind of call."""

_PAUSES = frozenset({"ratelimited", "rate_limited"})
MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message", "thread_not_found"})
_PASSING = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
_CODE = re.compile(r"[a-z][a-z0-9_.:-]*")
"""What Slack calls its refusals; whatever else stands there is not Slack's answer."""

_NEVER_SENT = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
_BROKEN = (URLError, http.client.HTTPException, OSError, SlackClientError)

CALL_FAILURES = (SlackApiError, *_BROKEN)
"""Everything that a Slack call raises when it fails."""


def failure_of(error: Exception) -> Failure:
    """Name a failed call. One whose answer never came may have been carried out."""
    if isinstance(error, SlackApiError):
        return _refused(error.response)
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, _NEVER_SENT):
        return Failure(FailureKind.NOT_DONE, "unreachable", "Slack cannot be reached; tried again by itself.")
    advice = "Slack's answer was lost; Andon looks whether the message is there before it sends it again."
    return Failure(FailureKind.PERHAPS_DONE, type(reason).__name__, advice)


def is_of_channel(failure: Failure) -> bool:
    """Whether the channel or person is to blame, so that another channel can take the message."""
    return failure.code in CHANNEL_ADVICE


def is_about_blocks(code: str) -> bool:
    """Whether Slack refused how the message is built, so that a plainer one may be taken."""
    return "block" in code


def _refused(response: SlackResponse | Mapping[str, object]) -> Failure:
    status = response.status_code if isinstance(response, SlackResponse) else 200
    said = str(response.get("error") or "")
    is_slacks = _CODE.fullmatch(said) is not None
    code = said if is_slacks else f"http_{status}"
    if status == 429 or code in _PAUSES:
        wait = _retry_after(response)
        return Failure(FailureKind.RATE_LIMITED, "ratelimited", "Slack asked for a pause.", wait)
    if status >= 500 or code in _PASSING:
        return Failure(FailureKind.PERHAPS_DONE, code, "Slack has a fault of its own; tried again by itself.")
    if not is_slacks:
        advice = "Something on the way answered instead of Slack. Check the proxy and SLACK_API_URL."
        return Failure(FailureKind.PERHAPS_DONE, code, advice)
    if code in MESSAGE_GONE:
        return Failure(
            FailureKind.MESSAGE_GONE, code, "The message was deleted in Slack; it is posted again."
        )
    if code in WORKSPACE_ADVICE:
        return Failure(FailureKind.WORKSPACE, code, WORKSPACE_ADVICE[code])
    advice = CHANNEL_ADVICE.get(code) or OTHER_ADVICE.get(code) or _unusual(response)
    return Failure(FailureKind.REFUSED, code, advice)


def _retry_after(response: SlackResponse | Mapping[str, object]) -> timedelta:
    """Slack says whole seconds; without a usable header, one."""
    headers = response.headers if isinstance(response, SlackResponse) else {}
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "1")
    said = said[0] if isinstance(said, list) else said
    return timedelta(seconds=max(int(said), 1) if str(said).isdigit() else 1)


def _unusual(response: SlackResponse | Mapping[str, object]) -> str:
    metadata = response.get("response_metadata") or {}
    messages = metadata.get("messages") if isinstance(metadata, Mapping) else None
    said = f" Slack says: {'; '.join(map(str, messages))}." if messages else ""
    return f"Slack refused the message as such.{said} Please report this to whoever maintains Andon."
