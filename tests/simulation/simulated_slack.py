"""A simulated Slack: what the workspace shows, and the Web API methods that the bot needs for it."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.simulation.plan import CATCH_ALL

Arguments = Mapping[str, Any]
Answer = dict[str, Any]


class RefusedError(Exception):
    """Slack carries a call out no further; the message is Slack's error code."""


@dataclass(eq=False)
class Posted:
    """One message as Slack shows it now."""

    ts: str
    channel: str
    text: str
    blocks: list[dict[str, Any]]
    thread_ts: str | None
    metadata: dict[str, Any] | None

    @property
    def marks(self) -> list[str]:
        """What the bot finds each of the things that it tells by, in the order in which it tells them."""
        ids = [str(block.get("block_id", "")) for block in self.blocks]
        return [mark for each in ids for mark in each.split("+") if re.fullmatch("[0-9A-Z]{26}", mark)]

    def as_json(self) -> Answer:
        """As the history methods answer it."""
        shown = {"ts": self.ts, "text": self.text, "blocks": self.blocks, "metadata": self.metadata}
        return {**shown, "thread_ts": self.thread_ts} if self.thread_ts else shown


@dataclass(eq=False)
class Channel:
    """A channel or a conversation with one person."""

    id: str
    name: str
    messages: list[Posted] = field(default_factory=list)
    is_archived: bool = False


class SimulatedSlack:
    """The workspace. `now` is Slack's own clock, which is right."""

    def __init__(self, now: Callable[[], datetime], channels: Iterable[str]) -> None:
        self._now = now
        self.calls: list[tuple[datetime, str]] = []
        """What was asked of it, when: the Web API method."""
        self._last_ts = 0
        self.channels = {f"C0{name.upper()}": Channel(f"C0{name.upper()}", name) for name in channels}
        self.views: dict[str, Answer] = {}
        self.whispers: list[tuple[str, str]] = []
        """What only one person saw: user id and text."""
        self._methods: dict[str, Callable[[Arguments], Answer]] = {
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.postEphemeral": self._whisper,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.list": self._list,
            "conversations.open": self._open,
            "views.open": self._open_view,
        }

    def perform(self, method: str, arguments: Arguments) -> Answer:
        """Carry a call out. Raises RefusedError."""
        self.calls.append((self._now(), method))
        return {"ok": True, **self._methods[method](arguments)}

    def messages(self) -> list[Posted]:
        """Everything shown anywhere, oldest first in each channel."""
        return [message for channel in self.channels.values() for message in channel.messages]

    def message(self, channel_id: str, ts: str) -> Posted | None:
        """One message."""
        channel = self.channels.get(channel_id)
        return next((each for each in channel.messages if each.ts == ts), None) if channel else None

    def archive_or_restore(self) -> Channel:
        """Somebody archives a channel that is not the catch-all, or thinks better of it."""
        channel = next(each for each in self.channels.values() if each.name != CATCH_ALL)
        channel.is_archived = not channel.is_archived
        return channel

    def _post(self, said: Arguments) -> Answer:
        channel = self._writable(said)
        parent = said.get("thread_ts")
        if parent is not None and self.message(channel.id, parent) is None:
            raise RefusedError("thread_not_found")
        blocks = copy.deepcopy(list(said["blocks"]))
        posted = Posted(self._ts(), channel.id, said["text"], blocks, parent, said.get("metadata"))
        channel.messages.append(posted)
        return {"channel": channel.id, "ts": posted.ts, "message": posted.as_json()}

    def _update(self, said: Arguments) -> Answer:
        shown = self.message(self._writable(said).id, said["ts"])
        if shown is None:
            raise RefusedError("message_not_found")
        shown.text, shown.blocks = said["text"], copy.deepcopy(list(said["blocks"]))
        return {"channel": shown.channel, "ts": shown.ts}

    def _delete(self, said: Arguments) -> Answer:
        channel = self._writable(said)
        shown = self.message(channel.id, said["ts"])
        if shown is None:
            raise RefusedError("message_not_found")
        channel.messages.remove(shown)
        return {"channel": channel.id, "ts": shown.ts}

    def _whisper(self, said: Arguments) -> Answer:
        self.whispers.append((said["user"], said["text"]))
        return {"message_ts": self._ts()}

    def _history(self, said: Arguments) -> Answer:
        found = [each for each in self._channel(said).messages if each.thread_ts is None]
        return self._page(found[::-1], said)

    def _replies(self, said: Arguments) -> Answer:
        parent = said["ts"]
        thread = [each for each in self._channel(said).messages if parent in (each.ts, each.thread_ts)]
        return self._page(thread, said)

    def _page(self, found: list[Posted], said: Arguments) -> Answer:
        start, limit = int(said.get("cursor") or 0), int(said["limit"])
        recent = [each for each in found if float(each.ts) >= float(said["oldest"])]
        rest = str(start + limit) if start + limit < len(recent) else ""
        page = [each.as_json() for each in recent[start : start + limit]]
        return {"messages": page, "response_metadata": {"next_cursor": rest}}

    def _list(self, said: Arguments) -> Answer:
        shown = [{"id": each.id, "name": each.name} for each in self.channels.values() if each.id[0] == "C"]
        return {"channels": shown}

    def _open(self, said: Arguments) -> Answer:
        user = str(said["users"])
        direct = self.channels.setdefault(f"D{user}", Channel(f"D{user}", f"@{user}"))
        return {"channel": {"id": direct.id}}

    def _open_view(self, said: Arguments) -> Answer:
        self.views[str(said["trigger_id"])] = copy.deepcopy(dict(said["view"]))
        return {"view": {"id": f"V{said['trigger_id']}"}}

    def _channel(self, said: Arguments) -> Channel:
        try:
            return self.channels[str(said["channel"])]
        except KeyError:
            raise RefusedError("channel_not_found") from None

    def _writable(self, said: Arguments) -> Channel:
        channel = self._channel(said)
        if channel.is_archived:
            raise RefusedError("is_archived")
        return channel

    def _ts(self) -> str:
        """Slack's timestamps are unique in a workspace and only grow."""
        self._last_ts = max(self._last_ts + 1, int(self._now().timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"
