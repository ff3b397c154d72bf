"""Everything that changes the transcript: it stores, tells the page, and tells the app by an event."""

from dataclasses import replace

from bot.sandbox.changes import Change
from bot.sandbox.installation import BOT_USER_ID, TEAM_ID
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.shapes import message_json
from bot.sandbox.values import Channel, Json, Message, Reaction
from bot.sandbox.workspace import Workspace

SUBSCRIPTION = {
    "public": "message.channels",
    "private": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}
CHANNEL_TYPE = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}


def post(workspace: Workspace, message: Message) -> Message:
    """Put a new message into its channel, or in front of the one person who may see it."""
    with workspace.lock:
        workspace.transcript.add(message)
        _tell(workspace, message)
        if message.ephemeral_for is None:
            _send_posted(workspace, message)
    return message


def change(workspace: Workspace, message: Message) -> Message:
    """Replace a message by its new state."""
    with workspace.lock:
        before = workspace.transcript.find(message.channel, message.ts)
        workspace.transcript.replace(message)
        _tell(workspace, message)
        if before is not None:
            _send_message_event(
                workspace,
                message,
                {
                    "subtype": "message_changed",
                    "hidden": True,
                    "message": message_json(workspace, message),
                    "previous_message": message_json(workspace, before),
                },
            )
    return message


def delete(workspace: Workspace, message: Message) -> None:
    with workspace.lock:
        gone = replace(message, deleted=True)
        workspace.transcript.replace(gone)
        _tell(workspace, gone)
        if message.ephemeral_for is None:
            _send_message_event(
                workspace,
                message,
                {
                    "subtype": "message_deleted",
                    "hidden": True,
                    "deleted_ts": message.ts,
                    "previous_message": message_json(workspace, message),
                },
            )


def react(workspace: Workspace, message: Message, *, name: str, user: str) -> None:
    """Add a reaction; the app hears of it as `reaction_added`."""
    with workspace.lock:
        present = {each.name: each.users for each in message.reactions}
        if user in present.get(name, ()):
            raise SlackRefusal("already_reacted")
        present[name] = (*present.get(name, ()), user)
        _store_reactions(workspace, message, present)
        event = {
            "type": "reaction_added",
            "user": user,
            "reaction": name,
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            "item_user": message.user,
            "event_ts": workspace.timestamp(),
        }
        workspace.event_sink("reaction_added", event)


def unreact(workspace: Workspace, message: Message, *, name: str, user: str) -> None:
    with workspace.lock:
        present = {each.name: each.users for each in message.reactions}
        if user not in present.get(name, ()):
            raise SlackRefusal("no_reaction")
        present[name] = tuple(each for each in present[name] if each != user)
        _store_reactions(workspace, message, present)


def _store_reactions(workspace: Workspace, message: Message, present: dict[str, tuple[str, ...]]) -> None:
    reactions = tuple(Reaction(name, users) for name, users in present.items() if users)
    workspace.transcript.replace(replace(message, reactions=reactions))
    workspace.changes.tell(Change("reaction", message.channel, message.thread_ts))


def _tell(workspace: Workspace, message: Message) -> None:
    if message.ephemeral_for is not None:
        change = Change("ephemeral", message.channel, message.thread_ts, audience=message.ephemeral_for)
    elif message.is_reply:
        change = Change("thread", message.channel, message.thread_ts)
    else:
        change = Change("message", message.channel)
    workspace.changes.tell(change)


def _send_posted(workspace: Workspace, message: Message) -> None:
    shape = message_json(workspace, message, with_metadata=True)
    _send_message_event(workspace, message, shape)
    channel = workspace.directory.channels[message.channel]
    if message.is_bot or channel.is_im or BOT_USER_ID not in channel.members:
        return
    if message.mentions(BOT_USER_ID):
        mention = shape | {"type": "app_mention", "channel": message.channel, "event_ts": message.ts}
        workspace.event_sink("app_mention", mention)


def _send_message_event(workspace: Workspace, message: Message, shape: Json) -> None:
    channel = workspace.directory.channels[message.channel]
    if BOT_USER_ID in channel.members:
        workspace.event_sink(SUBSCRIPTION[channel.kind], _message_event(workspace, channel, shape))


def _message_event(workspace: Workspace, channel: Channel, shape: Json) -> Json:
    own_ts = shape.get("ts") or workspace.timestamp()
    return (
        {"type": "message", "ts": own_ts, "team": TEAM_ID}
        | shape
        | {
            "channel": channel.id,
            "event_ts": own_ts,
            "channel_type": CHANNEL_TYPE[channel.kind],
        }
    )
