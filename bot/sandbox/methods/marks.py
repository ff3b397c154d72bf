"""reactions.*, pins.* and bookmarks.*: what is attached to messages and channels."""

from itertools import count

from bot.sandbox import posting
from bot.sandbox.arguments import Arguments
from bot.sandbox.installation import BOT_USER_ID
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.shapes import message_json
from bot.sandbox.values import Channel, Json, Message
from bot.sandbox.workspace import Workspace

_bookmark_numbers = count(1)


def add_reaction(workspace: Workspace, args: Arguments) -> Json:
    posting.react(workspace, _message(workspace, args), name=_name(args), user=BOT_USER_ID)
    return {}


def remove_reaction(workspace: Workspace, args: Arguments) -> Json:
    posting.unreact(workspace, _message(workspace, args), name=_name(args), user=BOT_USER_ID)
    return {}


def get_reactions(workspace: Workspace, args: Arguments) -> Json:
    message = _message(workspace, args)
    return {"type": "message", "channel": message.channel, "message": message_json(workspace, message)}


def add_pin(workspace: Workspace, args: Arguments) -> Json:
    message = _message(workspace, args)
    pinned = workspace.pins.setdefault(message.channel, [])
    if message.ts in pinned:
        raise SlackRefusal("already_pinned")
    pinned.append(message.ts)
    return {}


def list_bookmarks(workspace: Workspace, args: Arguments) -> Json:
    channel = _inside(workspace, args.required("channel_id"))
    return {"bookmarks": workspace.bookmarks.get(channel.id, [])}


def add_bookmark(workspace: Workspace, args: Arguments) -> Json:
    channel = _inside(workspace, args.required("channel_id"))
    bookmark = {
        "id": f"Bk0SB{next(_bookmark_numbers):05d}",
        "channel_id": channel.id,
        "title": args.required("title"),
        "type": args.required("type"),
        "link": args.text("link"),
        "emoji": args.text("emoji"),
    }
    workspace.bookmarks.setdefault(channel.id, []).append(bookmark)
    return {"bookmark": bookmark}


def _name(args: Arguments) -> str:
    name = args.text("name").strip(":")
    if not name:
        raise SlackRefusal("invalid_name")
    return name


def _message(workspace: Workspace, args: Arguments) -> Message:
    channel = _inside(workspace, args.required("channel"))
    if not args.text("timestamp"):
        raise SlackRefusal("no_item_specified")
    return workspace.transcript.get(channel.id, args.text("timestamp"))


def _inside(workspace: Workspace, channel_id: str) -> Channel:
    channel = workspace.directory.channel_seen_by_bot(channel_id)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if BOT_USER_ID not in channel.members:
        raise SlackRefusal("not_in_channel")
    return channel
