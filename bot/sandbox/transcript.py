"""What was said: messages and replies per channel, ephemeral messages per person, and what was read."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.values import Message


class Transcript:
    """Not locked by itself: callers hold the workspace's lock. Every list is in order of ts."""

    def __init__(self) -> None:
        self._messages: dict[str, dict[str, Message]] = defaultdict(dict)
        self._replies: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._top_level: dict[str, list[str]] = defaultdict(list)
        self._ephemerals: dict[tuple[str, str], dict[str, Message]] = defaultdict(dict)
        self._last_read: dict[tuple[str, str], str] = {}

    def add(self, message: Message) -> None:
        if message.ephemeral_for is not None:
            self._ephemerals[message.ephemeral_for, message.channel][message.ts] = message
            return
        self._messages[message.channel][message.ts] = message
        if message.is_reply and message.thread_ts is not None:
            self._replies[message.channel, message.thread_ts].append(message.ts)
        else:
            self._top_level[message.channel].append(message.ts)

    def replace(self, message: Message) -> None:
        """Store the new state of a message; a deleted ephemeral disappears."""
        if message.ephemeral_for is None:
            self._messages[message.channel][message.ts] = message
        elif message.deleted:
            self._ephemerals[message.ephemeral_for, message.channel].pop(message.ts, None)
        else:
            self._ephemerals[message.ephemeral_for, message.channel][message.ts] = message

    def find(self, channel: str, ts: str) -> Message | None:
        """The message, unless it never was or is deleted."""
        message = self._messages[channel].get(ts)
        return None if message is None or message.deleted else message

    def get(self, channel: str, ts: str) -> Message:
        message = self.find(channel, ts)
        if message is None:
            raise SlackRefusal("message_not_found")
        return message

    def find_for(self, user: str, channel: str, ts: str) -> Message | None:
        """The message or ephemeral that this person sees under this ts."""
        return self.find(channel, ts) or self._ephemerals[user, channel].get(ts)

    def top_level(self, channel: str) -> list[Message]:
        """A deleted parent stays, as a tombstone, while it has replies."""
        messages = (self._messages[channel][ts] for ts in self._top_level[channel])
        return [each for each in messages if not each.deleted or self.replies(channel, each.ts)]

    def replies(self, channel: str, thread_ts: str) -> list[Message]:
        found = (self._messages[channel][ts] for ts in self._replies[channel, thread_ts])
        return [message for message in found if not message.deleted]

    def everything(self, channel: str) -> list[Message]:
        """Top-level messages and replies together, without the deleted."""
        return sorted(
            (each for each in self._messages[channel].values() if not each.deleted), key=lambda each: each.ts
        )

    def ephemerals(self, user: str, channel: str) -> list[Message]:
        return sorted(self._ephemerals[user, channel].values(), key=lambda each: each.ts)

    def read(self, user: str, channel: str) -> None:
        everything = self._messages[channel]
        self._last_read[user, channel] = max(everything, default="0")

    def unread(self, user: str, channel: str) -> Iterator[Message]:
        """What others said since this person last looked, replies included."""
        seen = self._last_read.get((user, channel), "0")
        stamps = list(self._messages[channel])
        for ts in stamps[bisect_right(stamps, seen) :]:
            message = self._messages[channel][ts]
            if not message.deleted and message.user != user:
                yield message
