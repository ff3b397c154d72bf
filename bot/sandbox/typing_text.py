"""How Slack turns what a person types into what an app receives."""

import re

from bot.sandbox.values import Json
from bot.sandbox.workspace import Workspace

MARKUP = re.compile(r"(<[@#!][^<>]*>)")
USER_NAME = re.compile(r"(?<![\w<])@([\w.-]*\w)")
CHANNEL_NAME = re.compile(r"(?<![\w<&])#([\w-]*\w)")
ESCAPES: Json = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def as_message(workspace: Workspace, typed: str) -> str:
    """Escape a typed message and turn @name and #channel into ids; ids already typed stay."""
    return _translate(workspace, typed, with_names=False)


def as_command_text(workspace: Workspace, typed: str, *, should_escape: bool) -> str:
    """The `text` of a slash command: names become ids only if the app asked for that."""
    if should_escape:
        return _translate(workspace, typed, with_names=True)
    return "".join(part if MARKUP.fullmatch(part) else _escape(part) for part in MARKUP.split(typed))


def _translate(workspace: Workspace, typed: str, *, with_names: bool) -> str:
    parts = MARKUP.split(typed)
    return "".join(
        part if MARKUP.fullmatch(part) else _link(workspace, _escape(part), with_names=with_names)
        for part in parts
    )


def _escape(text: str) -> str:
    return "".join(ESCAPES.get(character, character) for character in text)


def _link(workspace: Workspace, text: str, *, with_names: bool) -> str:
    users = {user.name: user.id for user in workspace.directory.users.values()}
    channels = {channel.name: channel.id for channel in workspace.directory.channels.values()}

    def mention(match: re.Match[str]) -> str:
        name = match[1]
        shown = f"|{name}" if with_names else ""
        return f"<@{users[name]}{shown}>" if name in users else match[0]

    def link(match: re.Match[str]) -> str:
        name = match[1]
        return f"<#{channels[name]}|{name}>" if name in channels else match[0]

    return CHANNEL_NAME.sub(link, USER_NAME.sub(mention, text))
