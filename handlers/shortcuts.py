"""Message shortcuts: a message becomes a call for help."""

from __future__ import annotations

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.messages.answers import unknown_press
from bot.messages.forms.raising import TEXT
from bot.messages.text import MAX_TYPED, clip, plain, printable
from handlers.context import Body, desk_of
from handlers.raise_form import open_raise_form, place_of_channel
from handlers.telling import tell


def raise_exception(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
    """The form, with the message's words and the channel's area filled in."""
    ack()
    desk = desk_of(context)
    channel = body.get("channel") or {}
    place = place_of_channel(
        desk.plan().index.plan, name=str(channel.get("name")), channel_id=str(channel.get("id"))
    )
    said = str((body.get("message") or {}).get("text") or "")
    typed = {TEXT: clip(printable(plain(said)).strip(), MAX_TYPED), **place}
    tell(client, body, open_raise_form(desk, body, client, typed=typed))


def unknown(ack: Ack, body: Body, client: WebClient) -> None:
    """A shortcut of an older version."""
    ack()
    tell(client, body, unknown_press())
