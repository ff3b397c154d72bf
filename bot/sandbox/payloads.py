"""The payloads Slack sends to an app, in Slack's shape."""

from secrets import token_hex

from bot.sandbox.installation import APP_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID
from bot.sandbox.shapes import channel_name_for_payload, message_json, team_json, view_json
from bot.sandbox.values import Channel, Command, Json, Message, User, View
from bot.sandbox.workspace import Workspace


def event_callback(workspace: Workspace, event: Json) -> Json:
    return {
        "token": workspace.app.verification_token,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{token_hex(5).upper()}",
        "event_time": int(workspace.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{token_hex(24)}",
    }


def slash_command(workspace: Workspace, *, user: User, channel: Channel, command: Command, text: str) -> Json:
    response_url = workspace.tickets.response_url(user=user.id, channel=channel.id)
    return {
        "token": workspace.app.verification_token,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel_name_for_payload(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command.command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": _response_address(workspace, response_url),
        "trigger_id": workspace.tickets.trigger(user.id),
    }


def message_pressed(workspace: Workspace, *, user: User, message: Message, action: Json, state: Json) -> Json:
    """block_actions from a message. An ephemeral one is not repeated in the payload, as in Slack."""
    channel = workspace.directory.channels[message.channel]
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_for is not None,
    }
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    payload = _interactive(workspace, "block_actions", user) | {
        "container": container,
        "channel": {"id": channel.id, "name": channel_name_for_payload(channel)},
        "state": {"values": state},
        "response_url": _response_to_message(workspace, user, message),
        "trigger_id": workspace.tickets.trigger(user.id),
        "actions": [action],
    }
    if message.ephemeral_for is None:
        payload["message"] = message_json(workspace, message, with_metadata=True)
    return payload


def view_pressed(workspace: Workspace, *, user: User, view: View, action: Json) -> Json:
    return _interactive(workspace, "block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "view": view_json(view),
        "trigger_id": workspace.tickets.trigger(user.id),
        "actions": [action],
    }


def view_submission(workspace: Workspace, *, user: User, view: View) -> Json:
    return _interactive(workspace, "view_submission", user) | {
        "view": view_json(view),
        "trigger_id": workspace.tickets.trigger(user.id),
        "response_urls": [],
    }


def view_closed(workspace: Workspace, *, user: User, view: View, is_cleared: bool) -> Json:
    return _interactive(workspace, "view_closed", user) | {"view": view_json(view), "is_cleared": is_cleared}


def message_shortcut(workspace: Workspace, *, user: User, message: Message, callback_id: str) -> Json:
    channel = workspace.directory.channels[message.channel]
    return _interactive(workspace, "message_action", user) | {
        "callback_id": callback_id,
        "action_ts": workspace.timestamp(),
        "trigger_id": workspace.tickets.trigger(user.id),
        "response_url": _response_to_message(workspace, user, message),
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel_name_for_payload(channel)},
        "message": message_json(workspace, message, with_metadata=True),
    }


def global_shortcut(workspace: Workspace, *, user: User, callback_id: str) -> Json:
    return _interactive(workspace, "shortcut", user) | {
        "callback_id": callback_id,
        "action_ts": workspace.timestamp(),
        "trigger_id": workspace.tickets.trigger(user.id),
    }


def home_opened(workspace: Workspace, *, user: User) -> Json:
    event: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": workspace.direct_channel(user).id,
        "tab": "home",
        "event_ts": workspace.timestamp(),
    }
    home = workspace.screens.home(user.id)
    return event | {"view": view_json(home)} if home else event


def _interactive(workspace: Workspace, kind: str, user: User) -> Json:
    return {
        "type": kind,
        "team": team_json(),
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM_ID},
        "api_app_id": APP_ID,
        "token": workspace.app.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _response_to_message(workspace: Workspace, user: User, message: Message) -> str:
    key = workspace.tickets.response_url(
        user=user.id, channel=message.channel, message_ts=message.ts, thread_ts=message.thread_ts
    )
    return _response_address(workspace, key)


def _response_address(workspace: Workspace, key: str) -> str:
    return f"{workspace.url}/response/{TEAM_ID}/{key}"
