"""Telling one person something at once. Comes after the ack, so nothing may escape from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.messages.blocks import Message, section, sentence
from bot.messages.forms.parts import notice
from handlers.context import Body, slack_user
from handlers.responding import respond

log = structlog.stdlib.get_logger(__name__)


def tell(client: WebClient, body: Body, words: str) -> None:
    """Only the person who pressed sees it; no words, nothing to tell."""
    if words:
        tell_message(client, body, sentence(words))


def tell_message(client: WebClient, body: Body, message: Message) -> None:
    """Where the press was made; in a dialog when it was made in no conversation."""
    try:
        if _place(body)[0]:
            _whisper(client, body, message)
        else:
            client.views_open(trigger_id=str(body.get("trigger_id")), view=_dialog(message))
    except Exception as error:
        log.warning("answer not shown", error=type(error).__name__, reason=str(error))


def _whisper(client: WebClient, body: Body, message: Message) -> None:
    """An answer to a command has buttons too, and may stand where Andon is no member: there Slack refuses."""
    channel, thread_ts = _place(body)
    try:
        client.chat_postEphemeral(
            channel=str(channel),
            thread_ts=thread_ts,
            user=slack_user(body),
            text=message.text,
            blocks=message.blocks,
        )
    except SlackApiError:
        if "response_url" not in body:
            raise
        if refusal := respond(body, message):
            log.warning("answer not shown", reason=refusal)


def _place(body: Body) -> tuple[str | None, str | None]:
    """Channel and thread of the press; no channel on the Home tab and in dialogs."""
    container = _mapping(body.get("container"))
    return (
        container.get("channel_id") or _mapping(body.get("channel")).get("id"),
        container.get("thread_ts"),
    )


def _dialog(message: Message) -> dict[str, object]:
    return notice("Andon", message.blocks or [section(message.text)])


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
