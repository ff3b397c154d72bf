"""The address that comes with a press or a command: an answer by it reaches whoever that was, anywhere."""

from __future__ import annotations

import json

from slack_sdk.webhook import WebhookClient

from bot.messages.blocks import Message
from bot.slack.clients import TIMEOUT_SECONDS
from bot.slack.failures import CALL_FAILURES, failure_of
from handlers.context import Body


def respond(body: Body, message: Message) -> str | None:
    """Show it to whoever pressed or typed, and to nobody else; why that did not work, or None.

    An answer is never repeated by the SDK: one that arrived although its receipt was lost would come twice.
    """
    client = WebhookClient(str(body.get("response_url")), timeout=TIMEOUT_SECONDS, retry_handlers=[])
    try:
        answer = client.send(
            text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False
        )
    except CALL_FAILURES as error:
        return failure_of(error).code
    return _refusal(answer.status_code, answer.body)


def _refusal(status: int, body: str) -> str | None:
    """Slack answers `ok`, or a reason as bare text or in JSON, whose status may be 200 as well."""
    try:
        said = json.loads(body)
    except ValueError:
        said = {"ok": status == 200, "error": body}
    is_taken = status == 200 and (not isinstance(said, dict) or said.get("ok", True))
    return None if is_taken else str(said.get("error") or f"http_{status}")
