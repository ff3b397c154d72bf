"""Somebody mentions the bot: a short answer that only they see."""

from __future__ import annotations

from slack_bolt import BoltContext
from slack_sdk import WebClient

from bot.messages.help import mention_help
from handlers.context import Body
from handlers.telling import tell_message


def mentioned(event: Body, client: WebClient, _: BoltContext) -> None:
    """Slash commands do not work inside threads, so say what does."""
    thread = event.get("thread_ts")
    place = {"channel_id": event.get("channel"), "thread_ts": thread}
    tell_message(client, {"user": {"id": event.get("user")}, "container": place}, mention_help(bool(thread)))
