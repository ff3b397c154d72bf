"""Outbox rows: what every row that is queued has in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ulid import ULID

from bot.messages.blocks import Message
from rules.delivery import DeliveryState, Purpose, Urgency, card_lane, direct_lane


def outbox_row(
    *,
    purpose: Purpose,
    target: str,
    lane: str,
    urgency: Urgency,
    now: datetime,
    thread_id: int | None = None,
    body: Mapping[str, Any] | None = None,
    coalesce_key: str | None = None,
) -> dict[str, Any]:
    """A new outbox row; its mark is what a lost post is found again by."""
    return {
        "mark": str(ULID.from_datetime(now)),
        "purpose": purpose,
        "thread_id": thread_id,
        "target": target,
        "lane": lane,
        "coalesce_key": coalesce_key,
        "priority": int(urgency),
        "body": body,
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "due": now,
        "created_at": now,
    }


def direct_row(target: str, message: Message, now: datetime) -> dict[str, Any]:
    """A message of its own, frozen, to a channel or to `@person`."""
    return outbox_row(
        purpose=Purpose.DIRECT,
        target=target,
        lane=direct_lane(target),
        urgency=Urgency.NOTE,
        now=now,
        body={"text": message.text, "blocks": message.blocks},
    )


def card_row(thread_id: int, target: str, urgency: Urgency, now: datetime) -> dict[str, Any]:
    """A card to be brought up to date; one that waits already stands for this one too."""
    lane = card_lane(thread_id, target)
    return outbox_row(
        purpose=Purpose.CARD,
        thread_id=thread_id,
        target=target,
        lane=lane,
        urgency=urgency,
        now=now,
        coalesce_key=lane,
    )
