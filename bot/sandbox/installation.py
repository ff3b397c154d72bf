"""The app as it is installed in the workspace: its identity, its tokens, and what it may do."""

from dataclasses import dataclass, field

from bot.sandbox.values import Command, Json, Shortcut

TEAM_ID = "T0ANDON01"
TEAM_DOMAIN = "andon-works"
APP_ID = "A0ANDON01"
BOT_ID = "B0ANDON01"
BOT_USER_ID = "U0ANDONBT"

# What the bot asks for, and no more: a method that needs another scope is refused, as it would be in Slack.
# Not among them: chat:write.public, because with it no channel would ever answer not_in_channel.
USUAL_SCOPES = (
    "app_mentions:read",
    "bookmarks:write",
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
    "pins:write",
    "reactions:write",
    "usergroups:read",
    "users:read",
    "users:read.email",
)
USUAL_EVENTS = (
    "app_home_opened",
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
)


@dataclass(slots=True)
class Installation:
    """Tests change it freely: remove a scope, revoke the token, switch a block type off."""

    bot_token: str = "xoxb-1000000001-2000000002-sandboxBotToken"  # noqa: S105 - opens this sandbox only
    app_token: str = "xapp-1-A0ANDON01-3000000003-sandboxAppToken"  # noqa: S105 - opens this sandbox only
    signing_secret: str = "5a4db0x5519419a11cf8b9a2b4fd0e11"  # noqa: S105 - opens this sandbox only
    verification_token: str = "sandboxVerificationToken"  # noqa: S105 - deprecated field of the payloads
    token_revoked: bool = False
    scopes: set[str] = field(default_factory=lambda: set(USUAL_SCOPES))
    events: set[str] = field(default_factory=lambda: set(USUAL_EVENTS))
    unsupported_blocks: set[str] = field(default_factory=set)
    home_tab_enabled: bool = True
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()

    def command(self, name: str) -> Command | None:
        return next((command for command in self.commands if command.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        return next((each for each in self.shortcuts if each.callback_id == callback_id), None)


def command_from(declared: str | Json) -> Command:
    """Accept a bare name or an entry of the manifest's `slash_commands`."""
    if isinstance(declared, str):
        return Command(declared)
    return Command(
        command=declared["command"],
        description=declared.get("description", ""),
        usage=declared.get("usage_hint", ""),
        should_escape=declared.get("should_escape", False),
    )


def shortcut_from(declared: Json) -> Shortcut:
    kind = declared.get("type", "message")
    return Shortcut(declared["callback_id"], declared["name"], "global" if kind == "global" else "message")


def install_manifest(app: Installation, manifest: Json) -> None:
    """Take over what an app manifest grants: scopes, events, commands, shortcuts."""
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    app.home_tab_enabled = bool(features.get("app_home", {}).get("home_tab_enabled", app.home_tab_enabled))
    app.scopes = set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", app.scopes))
    app.events = set(settings.get("event_subscriptions", {}).get("bot_events", app.events))
    app.commands = tuple(command_from(each) for each in features.get("slash_commands", []))
    app.shortcuts = tuple(shortcut_from(each) for each in features.get("shortcuts", []))
