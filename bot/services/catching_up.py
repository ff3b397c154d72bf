"""Catching up: after downtime each person gets one note of everything that waited for them, marked late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.services.outbox_rows import outbox_row
from bot.store import outbox
from rules.delivery import Purpose, Urgency, direct_lane
from rules.exception_threads import Fact

GATHERING = timedelta(seconds=2)


def add_catch_ups(tx: Connection, late: Mapping[str, Sequence[tuple[int, Fact]]], now: datetime) -> None:
    """Queue one note a person, or lengthen the one that still waits to be sent."""
    for person in sorted(late):
        key, target = f"catch-up:{person}", f"@{person}"
        row = outbox_row(
            purpose=Purpose.DIRECT,
            target=target,
            lane=direct_lane(target),
            urgency=Urgency.PAGE,
            now=now,
            body={"catch_up": []},
            coalesce_key=key,
        )
        # A little later, so that the next batches of the same sweep can lengthen it.
        outbox.add(tx, [row | {"due": now + GATHERING}])
        lines = [_line(thread_id, fact) for thread_id, fact in late[person]]
        outbox.replace_body(tx, key, {"catch_up": [*outbox.waiting_body(tx, key)["catch_up"], *lines]})


def _line(thread_id: int, fact: Fact) -> dict[str, Any]:
    return {
        "thread_id": thread_id,
        "kind": fact.kind.value,
        "at": fact.at.isoformat(),
        "detail": dict(fact.detail),
    }
