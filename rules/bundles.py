"""Bundles: notes of one thread that had to wait leave as one message, so that the next page comes sooner.

Whoever is mentioned must see it: a page stays a message of its own, and no note overtakes another.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rules.delivery import DeliveryState, OutboxRow, Purpose, Urgency

BEHIND = timedelta(seconds=5)
"""A note that has waited for so long is behind; until then each is a message of its own."""

MOST_NOTES = 20
MOST_CHARACTERS = 8_000
"""Within what Slack takes in one message, with room for what each line adds."""


def may_lead(row: OutboxRow, now: datetime) -> bool:
    """Whether what stands behind a note may go with it."""
    return _is_plain(row) and now - row.created_at >= BEHIND


def taken_along(leader: OutboxRow, behind: Sequence[OutboxRow], now: datetime) -> tuple[OutboxRow, ...]:
    """Of the rows behind it in its lane those that go with it: up to the first that must go by itself."""
    taken: list[OutboxRow] = []
    characters = _length(leader)
    for row in behind:
        characters += _length(row)
        is_full = len(taken) + 1 >= MOST_NOTES or characters > MOST_CHARACTERS
        can_leave = row.state is DeliveryState.PENDING and row.due <= now and row.target == leader.target
        if is_full or not can_leave or not _is_plain(row):
            break
        taken.append(row)
    return tuple(taken)


def _is_plain(row: OutboxRow) -> bool:
    """A note that mentions nobody and knows what it tells; one that Slack refused in company goes alone."""
    is_note = row.purpose is Purpose.NOTE and row.priority == Urgency.NOTE
    return is_note and row.bundle is None and "told" in (row.body or {})


def _length(row: OutboxRow) -> int:
    return len(str((row.body or {}).get("text", "")))
