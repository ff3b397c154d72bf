"""The app manifest: what a Slack workspace must allow, pasted once when the app is made."""

from __future__ import annotations

from typing import Any

from bot.messages.forms.deciding import LOG
from bot.messages.forms.raising import RAISE
from bot.messages.help import USAGE_HINT

COMMAND = "/andon"
BOT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "metadata.message:read",
    "users:read",
    "users:read.email",
)
BOT_EVENTS = ("app_home_opened", "app_mention")


def manifest(*, socket_mode: bool, request_url: str | None) -> dict[str, Any]:
    """The manifest as plain JSON.

    In Socket Mode nothing needs a public address; otherwise `request_url` is where Slack reaches the bot.
    """
    if not socket_mode and not request_url:
        raise ValueError(
            "HTTP mode needs the public address that Slack calls, such as https://host/slack/events"
        )
    address = {} if socket_mode else {"request_url": request_url}
    return {
        "_metadata": {"major_version": 2},
        "display_information": {
            "name": "Andon",
            "description": "Turns what goes wrong in the plant into threads that somebody owns.",
            "background_color": "#7a1f1f",
        },
        "features": _features({} if socket_mode else {"url": request_url}),
        "oauth_config": {"scopes": {"bot": list(BOT_SCOPES)}},
        "settings": {
            "event_subscriptions": address | {"bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True} | address,
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }


def _features(address: dict[str, Any]) -> dict[str, Any]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": True,
        },
        "bot_user": {"display_name": "Andon", "always_online": True},
        "slash_commands": [
            {
                "command": COMMAND,
                "description": "Exceptions: list, show, raise, acknowledge, resolve",
                "usage_hint": USAGE_HINT,
                "should_escape": True,
            }
            | address
        ],
        "shortcuts": [
            {
                "name": "Raise exception",
                "type": "message",
                "callback_id": RAISE,
                "description": "Call for help about this message",
            },
            {
                "name": "Log decision",
                "type": "message",
                "callback_id": LOG,
                "description": "Keep what this message decided",
            },
        ],
    }
