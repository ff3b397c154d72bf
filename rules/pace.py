"""Pace: how fast Slack may be called, per channel and per method of the workspace.

The arithmetic is the generic cell rate algorithm (ITU-T I.371): one stored time per key, `free_at`, when
the key's budget is whole again. A call may leave while that lies no more than the burst ahead of now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.delivery import Purpose


@dataclass(frozen=True, slots=True)
class Allowance:
    """One call per `interval` on average, `burst` calls at once at the most."""

    interval: timedelta
    burst: int = 1

    @property
    def slack(self) -> timedelta:
        """How far `free_at` may lie ahead while one more call is allowed."""
        return self.interval * (self.burst - 1)

    def opens_at(self, free_at: datetime | None, now: datetime) -> datetime:
        """When the next call may leave; not after `now` when it may leave at once."""
        return now if free_at is None else max(now, free_at - self.slack)

    def spend(self, free_at: datetime | None, now: datetime) -> datetime:
        """The new `free_at` after one call at `now`."""
        return max(free_at or now, now) + self.interval


POST = "chat.postMessage"
UPDATE = "chat.update"
HISTORY = "conversations.history"
REPLIES = "conversations.replies"
PUBLISH = "views.publish"

PER_CHANNEL = Allowance(timedelta(seconds=1), burst=2)
"""chat.postMessage: one a second and channel, short bursts tolerated."""

PER_METHOD: Mapping[str, Allowance] = {
    POST: Allowance(timedelta(milliseconds=220), burst=10),
    # Tier 3 is 50 in any minute: 48 a minute and two at once never exceed it.
    UPDATE: Allowance(timedelta(milliseconds=1250), burst=2),
    HISTORY: Allowance(timedelta(milliseconds=1250), burst=2),
    REPLIES: Allowance(timedelta(milliseconds=1250), burst=2),
    # Tier 4 is 100 in any minute: what is left over is for people who open theirs.
    PUBLISH: Allowance(timedelta(seconds=1), burst=3),
}
"""Workspace-wide budgets of the Web API methods that the relay calls."""


def channel_key(target: str) -> str:
    """Pace key of a channel or person that messages are posted to."""
    return f"channel:{target}"


def method_key(method: str) -> str:
    """Pace key of a Web API method."""
    return f"method:{method}"


def allowance_of(key: str) -> Allowance:
    """The budget behind a pace key."""
    kind, _, name = key.partition(":")
    return PER_CHANNEL if kind == "channel" else PER_METHOD[name]


def keys_for(method: str, target: str) -> tuple[str, ...]:
    """Every budget that one call draws on."""
    return (method_key(method), channel_key(target)) if method == POST else (method_key(method),)


def method_of(purpose: Purpose, *, is_placed: bool) -> str:
    """The Web API method that delivers a row; `is_placed`: its thread's card is in Slack."""
    if purpose is Purpose.HOME:
        return PUBLISH
    return UPDATE if purpose is Purpose.CARD and is_placed else POST
