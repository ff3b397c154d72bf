"""Delivery: what Slack still has to be told, and what follows from how a call ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

LEASE = timedelta(seconds=60)
"""A row in `sending` for longer belongs to a process that died; outlasts every HTTP time-out."""

LAST_CALL = timedelta(seconds=15)
"""With less than this left of its lease a call is not begun: it could land when another has taken over."""

SETTLING = timedelta(seconds=3)
"""How long after a lost answer Slack may still be about to show the message."""

UNREACHED = timedelta(seconds=1)
"""How soon a row that never reached Slack may be tried again: after an outage the most urgent goes first."""

MAX_BACK_OFF = timedelta(seconds=30)
"""Half a minute after an outage all has been tried again; pace keeps many rows from being many calls."""


class Purpose(StrEnum):
    """What a row is for. Cards and Home tabs show the state when they are sent; the others are frozen."""

    CARD = "card"
    NOTE = "note"
    DIRECT = "direct"
    HOME = "home"


class DeliveryState(StrEnum):
    """Where a row stands. `unknown`: sent, but the answer was lost. `dead`: only a human can help."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


class Urgency(IntEnum):
    """Which waiting lane goes first."""

    CRITICAL_PAGE = 0
    PAGE = 1
    NOTE = 2
    CARD = 3
    COUNT = 4
    HOME = 5


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message that Slack still has to be told.

    `mark` (a ULID) is shown in the message's first block_id, so that a post whose answer was lost can be
    found again. `lane` keeps order. `target` is a channel as the plan names it, or `@person`. `bundle` is the
    mark of the first of those that left together with it, or its own when Slack refused it in company.
    """

    seq: int
    mark: str
    purpose: Purpose
    thread_id: int | None
    target: str
    lane: str
    priority: int
    body: Mapping[str, Any] | None
    state: DeliveryState
    attempts: int
    due: datetime
    created_at: datetime
    claimed_at: datetime | None = None
    claimed_by: str | None = None
    lease_until: datetime | None = None
    error: str | None = None
    channel_id: str | None = None
    ts: str | None = None
    bundle: str | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a thread's card is shown: `ts` is None until Slack has it; `shown` hashes what it shows."""

    thread_id: int
    target: str
    channel_id: str | None = None
    ts: str | None = None
    mark: str | None = None
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """The Home tab of somebody who has looked at it: `shown` hashes what it shows, None while unknown.

    `opened` counts the times it was drawn at once, past the outbox: what was being sent meanwhile may lie
    beneath. `plan_version` is the plan that it was drawn under.
    """

    person: str
    shown: str | None
    opened: int
    plan_version: int


class FailureKind(StrEnum):
    """How a Slack call failed, as far as it matters for what to do next."""

    RATE_LIMITED = "rate_limited"
    NOT_DONE = "not_done"
    PERHAPS_DONE = "perhaps_done"
    REFUSED = "refused"
    WORKSPACE = "workspace"
    MESSAGE_GONE = "message_gone"


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed call. `code` is Slack's error or our own; `advice` says what a human can do."""

    kind: FailureKind
    code: str
    advice: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NextTry:
    """What becomes of a row after a failure."""

    state: DeliveryState
    due: datetime
    attempts: int


def after_failure(row: OutboxRow, failure: Failure, now: datetime, *, is_post: bool) -> NextTry:
    """Decide a row's fate: an update is idempotent and sent again once it has settled, a post looked for."""
    attempts = row.attempts + 1
    match failure.kind:
        case FailureKind.RATE_LIMITED:
            wait = failure.retry_after or timedelta(seconds=1)
            return NextTry(DeliveryState.PENDING, now + wait, row.attempts)
        case FailureKind.NOT_DONE:
            # No fault of the row: while Slack is out of reach the relay holds up everything.
            return NextTry(DeliveryState.PENDING, now + UNREACHED, attempts)
        case FailureKind.WORKSPACE:
            return NextTry(DeliveryState.PENDING, now + timedelta(seconds=10), row.attempts)
        case FailureKind.REFUSED:
            return NextTry(DeliveryState.DEAD, now, attempts)
        case FailureKind.PERHAPS_DONE if is_post:
            return NextTry(DeliveryState.UNKNOWN, now + SETTLING, attempts)
        case FailureKind.PERHAPS_DONE:
            # Sooner, it could land over what the next update shows.
            return NextTry(DeliveryState.PENDING, now + max(back_off(attempts), SETTLING), attempts)
        case _:
            return NextTry(DeliveryState.PENDING, now + back_off(attempts), attempts)


def back_off(attempts: int) -> timedelta:
    """1, 2, 4 … seconds, at most half a minute; it never gives up by itself."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 10)), MAX_BACK_OFF)


def note_lane(thread_id: int, target: str) -> str:
    """Notes of one thread in one channel keep their order."""
    return f"thread:{thread_id}@{target}"


def card_lane(thread_id: int, target: str) -> str:
    """A card's updates follow each other, but never hold up a page."""
    return f"card:{thread_id}@{target}"


def direct_lane(target: str) -> str:
    """Direct messages to one person, or to the operators, keep their order."""
    return f"direct:{target}"


def home_lane(person: str) -> str:
    """Drawings of one person's Home tab follow each other."""
    return f"home:{person}"
