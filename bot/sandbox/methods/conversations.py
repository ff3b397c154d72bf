"""conversations.* about channels as such; history.py has what was said in them."""

from dataclasses import replace

from bot.sandbox.arguments import Arguments
from bot.sandbox.changes import Change
from bot.sandbox.installation import BOT_USER_ID
from bot.sandbox.methods.access import SCOPE_FAMILY, channel_to_read, require_scope
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.shapes import channel_json
from bot.sandbox.values import Channel, ChannelKind, Json
from bot.sandbox.workspace import Workspace

KIND_OF_TYPE: dict[str, ChannelKind] = {
    "public_channel": "public",
    "private_channel": "private",
    "im": "im",
    "mpim": "mpim",
}
PEOPLE_MOST = 8


def list_channels(workspace: Workspace, args: Arguments) -> Json:
    types = args.names("types", usual="public_channel")
    if not set(types) <= KIND_OF_TYPE.keys():
        raise SlackRefusal("invalid_types")
    kinds = [KIND_OF_TYPE[each] for each in types]
    for kind in kinds:
        require_scope(workspace, f"{SCOPE_FAMILY[kind]}:read")
    found = [
        channel
        for channel in workspace.directory.channels.values()
        if channel.kind in kinds
        and (channel.kind == "public" or BOT_USER_ID in channel.members)
        and not (channel.is_archived and args.flag("exclude_archived"))
    ]
    page, metadata = args.page(found, usual=100, most=1000)
    return {"channels": [channel_json(channel) for channel in page], "response_metadata": metadata}


def info(workspace: Workspace, args: Arguments) -> Json:
    return {"channel": channel_json(channel_to_read(workspace, args))}


def members(workspace: Workspace, args: Arguments) -> Json:
    channel = channel_to_read(workspace, args)
    page, metadata = args.page(sorted(channel.members), usual=100, most=1000)
    return {"members": page, "response_metadata": metadata}


def open_direct(workspace: Workspace, args: Arguments) -> Json:
    require_scope(workspace, "im:write")
    if "channel" in args:
        return {"channel": {"id": workspace.directory.channel_seen_by_bot(args.text("channel")).id}}
    people = args.names("users")
    if not people:
        raise SlackRefusal("users_list_not_supplied")
    if len(people) > PEOPLE_MOST:
        raise SlackRefusal("too_many_users")
    for user_id in people:
        _refuse_unreachable(workspace, user_id)
    known = len(workspace.directory.channels)
    created = int(workspace.now().timestamp())
    channel = workspace.directory.direct(frozenset({*people, BOT_USER_ID}), created)
    if len(workspace.directory.channels) > known:
        workspace.changes.tell(Change("channels"))
    shape = channel_json(channel) if args.flag("return_im") else {"id": channel.id}
    return {"channel": shape}


def _refuse_unreachable(workspace: Workspace, user_id: str) -> None:
    user = workspace.directory.users.get(user_id)
    if user is None:
        raise SlackRefusal("user_not_found")
    if user.deactivated:
        raise SlackRefusal("user_disabled")


def join(workspace: Workspace, args: Arguments) -> Json:
    channel = workspace.directory.channel_seen_by_bot(args.required("channel"))
    if channel.kind != "public":
        raise SlackRefusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if BOT_USER_ID in channel.members:
        return {"channel": channel_json(channel), "warning": "already_in_channel"}
    return {"channel": channel_json(_changed(workspace, workspace.directory.join(channel, BOT_USER_ID)))}


def create(workspace: Workspace, args: Arguments) -> Json:
    name = args.text("name")
    private = args.flag("is_private")
    require_scope(workspace, "groups:write" if private else "channels:manage")
    if not name:
        raise SlackRefusal("invalid_name_required")
    if name != name.lower() or not name.replace("-", "").replace("_", "").isalnum() or len(name) > 80:
        raise SlackRefusal("invalid_name_specials")
    if workspace.directory.channel_named(name) is not None:
        raise SlackRefusal("name_taken")
    channel = workspace.add_channel(name, private=private, members=())
    return {"channel": channel_json(channel)}


def archive(workspace: Workspace, args: Arguments) -> Json:
    channel = workspace.directory.channel_seen_by_bot(args.required("channel"))
    if channel.kind not in ("public", "private"):
        raise SlackRefusal("method_not_supported_for_channel_type")
    require_scope(workspace, "groups:write" if channel.kind == "private" else "channels:manage")
    if channel.is_archived:
        raise SlackRefusal("already_archived")
    _changed(workspace, workspace.directory.change_channel(replace(channel, is_archived=True)))
    return {}


def _changed(workspace: Workspace, channel: Channel) -> Channel:
    workspace.changes.tell(Change("channels"))
    return channel
