"""Which methods there are, with the scopes they need and how often a minute they may be called."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.arguments import Arguments
from bot.sandbox.methods import auth, chat, conversations, files, history, marks, people, views
from bot.sandbox.values import Json
from bot.sandbox.workspace import Workspace

TIER_2, TIER_3, TIER_4 = 20, 50, 100
UNLIMITED = 1_000_000


@dataclass(frozen=True, slots=True)
class Method:
    """`scope` is what every call needs; methods about one channel ask for its own scope themselves."""

    answer: Callable[[Workspace, Arguments], Json]
    a_minute: int
    scope: str | None = None
    app_level: bool = False


METHODS: dict[str, Method] = {
    "api.test": Method(auth.api_test, UNLIMITED),
    "auth.test": Method(auth.auth_test, UNLIMITED),
    "apps.connections.open": Method(auth.connections_open, UNLIMITED, app_level=True),
    "bookmarks.add": Method(marks.add_bookmark, TIER_2, "bookmarks:write"),
    "bookmarks.list": Method(marks.list_bookmarks, TIER_3, "bookmarks:read"),
    "chat.delete": Method(chat.delete, TIER_3, "chat:write"),
    "chat.getPermalink": Method(chat.get_permalink, UNLIMITED),
    "chat.postEphemeral": Method(chat.post_ephemeral, TIER_4, "chat:write"),
    "chat.postMessage": Method(chat.post_message, UNLIMITED, "chat:write"),
    "chat.scheduleMessage": Method(chat.schedule_message, TIER_3, "chat:write"),
    "chat.update": Method(chat.update, TIER_3, "chat:write"),
    "conversations.archive": Method(conversations.archive, TIER_2),
    "conversations.create": Method(conversations.create, TIER_2),
    "conversations.history": Method(history.history, TIER_3),
    "conversations.info": Method(conversations.info, TIER_3),
    "conversations.join": Method(conversations.join, TIER_3, "channels:join"),
    "conversations.list": Method(conversations.list_channels, TIER_2),
    "conversations.members": Method(conversations.members, TIER_4),
    "conversations.open": Method(conversations.open_direct, TIER_3),
    "conversations.replies": Method(history.replies, TIER_3),
    "files.completeUploadExternal": Method(files.complete_upload, TIER_4, "files:write"),
    "files.getUploadURLExternal": Method(files.get_upload_url, TIER_4, "files:write"),
    "files.info": Method(files.info, TIER_4, "files:read"),
    "pins.add": Method(marks.add_pin, TIER_2, "pins:write"),
    "reactions.add": Method(marks.add_reaction, TIER_3, "reactions:write"),
    "reactions.get": Method(marks.get_reactions, TIER_3, "reactions:read"),
    "reactions.remove": Method(marks.remove_reaction, TIER_2, "reactions:write"),
    "usergroups.list": Method(people.list_usergroups, TIER_2, "usergroups:read"),
    "usergroups.users.list": Method(people.list_usergroup_users, TIER_2, "usergroups:read"),
    "users.info": Method(people.info, TIER_4, "users:read"),
    "users.list": Method(people.list_users, TIER_2, "users:read"),
    "users.lookupByEmail": Method(people.lookup_by_email, TIER_3, "users:read.email"),
    "views.open": Method(views.open_modal, TIER_4),
    "views.publish": Method(views.publish, TIER_4),
    "views.push": Method(views.push, TIER_4),
    "views.update": Method(views.update, TIER_4),
}
