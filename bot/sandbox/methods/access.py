"""What the bot may see and touch."""

from bot.sandbox.arguments import Arguments
from bot.sandbox.installation import BOT_USER_ID
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.values import Channel, ChannelKind
from bot.sandbox.workspace import Workspace

SCOPE_FAMILY: dict[ChannelKind, str] = {
    "public": "channels",
    "private": "groups",
    "im": "im",
    "mpim": "mpim",
}


def require_scope(workspace: Workspace, scope: str) -> None:
    if scope not in workspace.scopes:
        provided = ",".join(sorted(workspace.scopes))
        raise SlackRefusal("missing_scope", needed=scope, provided=provided)


def channel_to_read(workspace: Workspace, args: Arguments) -> Channel:
    """The channel named by `channel`, for its facts."""
    channel = workspace.directory.channel_seen_by_bot(args.required("channel"))
    require_scope(workspace, f"{SCOPE_FAMILY[channel.kind]}:read")
    return channel


def channel_with_history(workspace: Workspace, args: Arguments) -> Channel:
    """The channel named by `channel`, for its messages: the bot must be inside."""
    channel = workspace.directory.channel_seen_by_bot(args.required("channel"))
    require_scope(workspace, f"{SCOPE_FAMILY[channel.kind]}:history")
    if BOT_USER_ID not in channel.members:
        raise SlackRefusal("not_in_channel")
    return channel


def channel_to_write(workspace: Workspace, target: str) -> Channel:
    """Where chat.postMessage posts: a channel by id or name, or a person's direct messages by user id."""
    channel = _target(workspace, target)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    may_post_anywhere = channel.kind == "public" and "chat:write.public" in workspace.scopes
    if BOT_USER_ID not in channel.members and not may_post_anywhere:
        raise SlackRefusal("not_in_channel")
    return channel


def _target(workspace: Workspace, target: str) -> Channel:
    user = workspace.directory.users.get(target)
    if user is not None and not user.deactivated:
        return workspace.direct_channel(user)
    named = workspace.directory.channel_named(target)
    return workspace.directory.channel_seen_by_bot(named.id if named else target)
