"""What a person has not read yet."""

from dataclasses import dataclass

from bot.sandbox.values import Channel, Message
from bot.sandbox.workspace import Workspace

BROADCASTS = ("<!channel>", "<!here>", "<!everyone>")


@dataclass(frozen=True, slots=True)
class Unread:
    """`mentions` are those that make a noise: by name, to everybody, or in a direct message."""

    messages: int
    mentions: int


def unread(workspace: Workspace, *, user: str, channel: str) -> Unread:
    """Replies count only when they mention the person, as in Slack's channel list."""
    place = workspace.directory.channels[channel]
    fresh = list(workspace.transcript.unread(user, channel))
    loud = [message for message in fresh if _is_loud(place, message, user)]
    quiet = [message for message in fresh if not message.is_reply and message not in loud]
    return Unread(len(loud) + len(quiet), len(loud))


def _is_loud(channel: Channel, message: Message, user: str) -> bool:
    if channel.kind in ("im", "mpim") or message.mentions(user):
        return True
    shown = str(message.blocks) if message.blocks else message.text
    return any(word in shown for word in BROADCASTS)
