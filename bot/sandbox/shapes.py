"""How Slack's API writes users, channels, messages, views and files as JSON."""

from bot.sandbox.installation import APP_ID, BOT_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID
from bot.sandbox.values import Channel, Json, Message, StoredFile, User, View
from bot.sandbox.workspace import Workspace


def user_json(workspace: Workspace, user: User) -> Json:
    profile: Json = {
        "title": user.title,
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.name,
        "display_name_normalized": user.name,
        "team": TEAM_ID,
    }
    if user.email and "users:read.email" in workspace.scopes:
        profile["email"] = user.email
    if user.is_bot:
        profile |= {"bot_id": BOT_ID, "api_app_id": APP_ID}
    return {
        "id": user.id,
        "team_id": TEAM_ID,
        "name": user.name,
        "deleted": user.deactivated,
        "color": user.color,
        "real_name": user.real_name,
        "tz": "Europe/Amsterdam",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 0,
    }


def channel_json(channel: Channel) -> Json:
    shape: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_member": BOT_USER_ID in channel.members,
    }
    if channel.is_im:
        partner = next((each for each in channel.members if each != BOT_USER_ID), BOT_USER_ID)
        return shape | {"user": partner, "is_open": True}
    return shape | {
        "name": channel.name,
        "name_normalized": channel.name,
        "num_members": len(channel.members),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "creator": "",
    }


def message_json(workspace: Workspace, message: Message, *, with_metadata: bool = False) -> Json:
    """The message as the app may read it, with the facts of its thread when it has one."""
    if message.deleted:
        return _tombstone(message)
    shape: Json = {"user": message.user, "type": "message", "ts": message.ts, "text": message.text}
    shape["team"] = TEAM_ID
    if message.is_bot:
        shape |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": _bot_profile(workspace)}
    if message.blocks:
        shape["blocks"] = message.blocks
    if message.attachments:
        shape["attachments"] = message.attachments
    if message.edited:
        shape["edited"] = {"user": message.user, "ts": message.edited}
    if message.files:
        shape["files"] = [file_json(workspace, workspace.shelf.get(each)) for each in message.files]
    if message.reactions:
        shape["reactions"] = [
            {"name": each.name, "users": list(each.users), "count": len(each.users)}
            for each in message.reactions
        ]
    if with_metadata and message.metadata and "metadata.message:read" in workspace.scopes:
        shape["metadata"] = message.metadata
    return shape | _thread_facts(workspace, message)


def _tombstone(message: Message) -> Json:
    return {
        "type": "message",
        "subtype": "tombstone",
        "user": "USLACKBOT",
        "hidden": True,
        "text": "This message was deleted.",
        "ts": message.ts,
        "thread_ts": message.ts,
    }


def _bot_profile(workspace: Workspace) -> Json:
    bot = workspace.directory.users[BOT_USER_ID]
    return {
        "id": BOT_ID,
        "app_id": APP_ID,
        "user_id": bot.id,
        "name": bot.real_name,
        "deleted": False,
        "updated": 0,
        "icons": {},
        "team_id": TEAM_ID,
    }


def _thread_facts(workspace: Workspace, message: Message) -> Json:
    if message.is_reply:
        parent = workspace.transcript.find(message.channel, message.thread_ts or "")
        return {"thread_ts": message.thread_ts, "parent_user_id": parent.user if parent else "USLACKBOT"}
    replies = workspace.transcript.replies(message.channel, message.ts)
    if not replies:
        return {}
    people = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(people),
        "latest_reply": replies[-1].ts,
        "reply_users": people[:5],
        "is_locked": False,
        "subscribed": message.is_bot,
    }


def view_json(view: View) -> Json:
    """The view object; `state.values` is what was entered so far."""
    content = view.content
    return {
        "id": view.id,
        "team_id": TEAM_ID,
        "type": content["type"],
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "state": {"values": view.values},
        "hash": view.hash,
        "title": content.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP_ID,
        "external_id": content.get("external_id", ""),
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }


def file_json(workspace: Workspace, file: StoredFile, *, mimetype: str | None = None) -> Json:
    if mimetype is None:
        mimetype = file.mimetype
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": mimetype,
        "filetype": file.name.rpartition(".")[2] if mimetype else "",
        "user": file.user,
        "size": file.length,
        "mode": "hosted",
        "url_private": f"{workspace.url}/sandbox/files/{file.id}",
        "permalink": f"{workspace.url}/sandbox/files/{file.id}",
    }


def team_json() -> Json:
    return {"id": TEAM_ID, "domain": TEAM_DOMAIN}


def channel_name_for_payload(channel: Channel) -> str:
    """Interactivity and slash commands name a channel by how private it is."""
    return {"public": channel.name, "private": "privategroup", "im": "directmessage"}.get(
        channel.kind, channel.name
    )
