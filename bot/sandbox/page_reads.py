"""What the page shows, as JSON."""

from bot.sandbox.installation import BOT_USER_ID, TEAM_ID
from bot.sandbox.reading import unread
from bot.sandbox.shapes import file_json, view_json
from bot.sandbox.values import Channel, Json, Message, User
from bot.sandbox.workspace import Workspace

NARRATION_SHOWN = 30
MESSAGES_SHOWN = 200


def overview(workspace: Workspace, user: str) -> Json:
    """Everything around the messages: people, channels with unread marks, commands, the plant's story."""
    directory, app = workspace.directory, workspace.app
    mine = [channel for channel in directory.channels.values() if _in_sidebar(channel, user)]
    return {
        "team": {"name": "Andon Works", "id": TEAM_ID},
        "me": _user(directory.users[user]),
        "users": [_user(each) for each in directory.users.values()],
        "bot_user_id": BOT_USER_ID,
        "channels": [_channel(workspace, each, user) for each in mine if not each.is_im],
        "ims": [
            _channel(workspace, each, user) | {"user": directory.partner(each, user)}
            for each in mine
            if each.is_im
        ],
        "commands": [
            {"command": each.command, "description": each.description, "usage": each.usage}
            for each in app.commands
        ],
        "shortcuts": [
            {"callback_id": each.callback_id, "name": each.name, "type": each.kind} for each in app.shortcuts
        ],
        "narration": [
            {"at": each.at.timestamp(), "text": each.text} for each in workspace.narration[-NARRATION_SHOWN:]
        ],
        "now": workspace.now().timestamp(),
    }


def _in_sidebar(channel: Channel, user: str) -> bool:
    return channel.kind == "public" or user in channel.members


def _user(user: User) -> Json:
    return {
        "id": user.id,
        "key": user.key,
        "name": user.name,
        "real_name": user.real_name,
        "is_bot": user.is_bot,
        "title": user.title,
        "color": user.color,
        "initials": user.initials,
        "deactivated": user.deactivated,
    }


def _channel(workspace: Workspace, channel: Channel, user: str) -> Json:
    waiting = unread(workspace, user=user, channel=channel.id)
    return {
        "id": channel.id,
        "name": channel.name,
        "is_private": channel.kind != "public",
        "is_im": channel.is_im,
        "is_archived": channel.is_archived,
        "topic": channel.topic,
        "unread": waiting.messages,
        "mentions": waiting.mentions,
    }


def channel_messages(workspace: Workspace, channel: Channel, user: str) -> Json:
    """Top-level messages with this person's ephemerals among them, oldest first."""
    own = [each for each in workspace.transcript.ephemerals(user, channel.id) if not each.is_reply]
    shown = sorted([*workspace.transcript.top_level(channel.id), *own], key=lambda each: each.ts)
    return {
        "channel": _channel(workspace, channel, user),
        "messages": [_message(workspace, each) for each in shown[-MESSAGES_SHOWN:]],
    }


def thread_messages(workspace: Workspace, channel: Channel, thread_ts: str, user: str) -> Json:
    """The parent, then replies with this person's ephemerals among them."""
    parent = [each for each in workspace.transcript.top_level(channel.id) if each.ts == thread_ts]
    own = [each for each in workspace.transcript.ephemerals(user, channel.id) if each.thread_ts == thread_ts]
    replies = sorted([*workspace.transcript.replies(channel.id, thread_ts), *own], key=lambda each: each.ts)
    return {"messages": [_message(workspace, each) for each in [*parent, *replies]]}


def _message(workspace: Workspace, message: Message) -> Json:
    replies = [] if message.is_reply else workspace.transcript.replies(message.channel, message.ts)
    return {
        "ts": message.ts,
        "user": message.user,
        "text": "This message was deleted." if message.deleted else message.text,
        "blocks": [] if message.deleted else message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
        "latest_reply": replies[-1].ts if replies else None,
        "edited": message.edited is not None and not message.blocks,
        "deleted": message.deleted,
        "reactions": [{"name": each.name, "users": list(each.users)} for each in message.reactions],
        "ephemeral": message.ephemeral_for is not None,
        "bot": message.is_bot,
        "files": [file_json(workspace, workspace.shelf.get(each)) for each in message.files],
    }


def views(workspace: Workspace, user: str) -> Json:
    return {"views": [view_json(view) for view in workspace.screens.stack(user)]}


def home(workspace: Workspace, user: str) -> Json:
    view = workspace.screens.home(user)
    return {"view": view_json(view) if view else None}
