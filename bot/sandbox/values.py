"""The things a workspace consists of. All are immutable: a change replaces the value.

A snapshot kept by a test therefore stays what the person saw, and pressing its buttons is what pressing a
card does that was redrawn a moment ago.
"""

import json
import mimetypes
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Json = dict[str, Any]
ChannelKind = Literal["public", "private", "im", "mpim"]


@dataclass(frozen=True, slots=True)
class User:
    id: str
    key: str
    name: str
    real_name: str
    email: str | None = None
    title: str = ""
    color: str = "4a6785"
    is_bot: bool = False
    deactivated: bool = False

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.real_name.split()[:2]).upper()


@dataclass(frozen=True, slots=True)
class Channel:
    id: str
    name: str
    kind: ChannelKind
    members: frozenset[str]
    created: int
    topic: str = ""
    is_archived: bool = False

    @property
    def is_im(self) -> bool:
        return self.kind == "im"


@dataclass(frozen=True, slots=True)
class UserGroup:
    id: str
    handle: str
    name: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reaction:
    name: str
    users: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stood when it was read. `edited` is the ts of the last edit."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Json | None = None
    edited: str | None = None
    deleted: bool = False
    is_bot: bool = False
    ephemeral_for: str | None = None
    reactions: tuple[Reaction, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    def mentions(self, user_id: str) -> bool:
        """Whether Slack notifies this person by name: `text` counts only where there are no blocks."""
        shown = json.dumps(self.blocks) if self.blocks else self.text
        return f"<@{user_id}>" in shown or f"<@{user_id}|" in shown


@dataclass(frozen=True, slots=True)
class View:
    """A modal or a Home tab. `values` is what the person has entered so far, in Slack's state shape."""

    id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Json = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.content["blocks"]
        return blocks

    @property
    def callback_id(self) -> str:
        return str(self.content.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.content.get("private_metadata", ""))

    @property
    def title(self) -> str:
        return str(self.content.get("title", {}).get("text", ""))


@dataclass(frozen=True, slots=True)
class StoredFile:
    id: str
    name: str
    title: str
    length: int
    user: str
    created: int
    content: bytes | None = None
    completed: bool = False

    @property
    def mimetype(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command the app has registered. `should_escape` turns @names into ids, as in the manifest."""

    command: str
    description: str = ""
    usage: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    callback_id: str
    name: str
    kind: Literal["message", "global"] = "message"


@dataclass(frozen=True, slots=True)
class Narration:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """One answered Web API call. `error` is None when `ok`; a fault is named as the error."""

    method: str
    at: datetime
    ok: bool
    error: str | None
    arguments: Json
