"""Rendering a parcel: cards from the state as it is now, everything else as it was frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.messages.blocks import Message
from bot.messages.bundles import Line, bundle, marks_of
from bot.messages.cards import card
from bot.messages.notes import catch_up
from bot.services.delivery import Parcel
from bot.services.next_in_line import next_names
from bot.services.plan_in_force import PlanInForce
from rules.delivery import OutboxRow, Purpose
from rules.exception_threads import ExceptionThread, Fact, FactKind

MARK_EVENT = "andon_message"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is sent: `mark` sits in the first block_id, `shown` is a hash of everything but the mark."""

    text: str
    blocks: list[dict[str, Any]]
    mark: str
    shown: str
    together: tuple[str, ...] = ()

    @property
    def metadata(self) -> dict[str, Any]:
        """The mark again, for workspaces that keep message metadata; of a bundle those of all its notes."""
        payload: dict[str, Any] = {"mark": self.mark}
        return {
            "event_type": MARK_EVENT,
            "event_payload": payload | {"marks": list(self.together)} if self.together else payload,
        }


def render(parcel: Parcel, *, plan: PlanInForce, now: datetime) -> Rendered:
    """What Slack is to show for a parcel. Raises LookupError when its thread is gone from the database."""
    if parcel.company:
        return _bundle(parcel.rows)
    message = _message(parcel, plan, now)
    shown = hashlib.sha256(json.dumps([message.text, message.blocks], sort_keys=True).encode()).hexdigest()
    placement = parcel.placement
    is_card = parcel.row.purpose is Purpose.CARD
    kept = placement.mark if is_card and placement is not None and placement.ts else None
    mark = kept or parcel.row.mark
    first, *rest = message.blocks
    return Rendered(message.text, [{**first, "block_id": mark}, *rest], mark, shown)


def _bundle(rows: Sequence[OutboxRow]) -> Rendered:
    """Notes that leave together; their blocks carry the marks of all of them."""
    message = bundle([_line(row) for row in rows])
    marks = tuple(row.mark for row in rows)
    return Rendered(message.text, message.blocks, marks[0], "", marks)


def _line(row: OutboxRow) -> Line:
    body = row.body or {}
    told = body["told"]
    return Line(
        mark=row.mark,
        kind=FactKind(told["kind"]),
        at=datetime.fromisoformat(told["at"]),
        short=told["short"],
        message=Message(body["text"], list(body["blocks"])),
    )


def marks_in(message: Mapping[str, Any]) -> set[str]:
    """The marks of everything that a message in Slack tells."""
    marks = {mark for block in message.get("blocks") or () for mark in marks_of(str(block.get("block_id")))}
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") == MARK_EVENT:
        payload = metadata.get("event_payload") or {}
        marks |= {str(payload.get("mark")), *map(str, payload.get("marks") or ())}
    return marks


def _message(parcel: Parcel, plan: PlanInForce, now: datetime) -> Message:
    body = parcel.row.body or {}
    if parcel.row.purpose is Purpose.CARD:
        if parcel.thread is None:
            raise LookupError(f"thread {parcel.row.thread_id} is not in the database")
        kpi = plan.kpi_name(parcel.thread.rule.kpi)
        return card(parcel.thread, plan, now=now, next_names=next_names(parcel.thread, plan), kpi=kpi)
    if "catch_up" in body:
        return catch_up(_late_lines(parcel, body["catch_up"]), plan)
    return Message(body["text"], list(body["blocks"]))


def _late_lines(parcel: Parcel, lines: list[dict[str, Any]]) -> list[tuple[ExceptionThread, Fact]]:
    return [
        (
            parcel.catch_up[line["thread_id"]],
            Fact(FactKind(line["kind"]), datetime.fromisoformat(line["at"]), None, line["detail"], late=True),
        )
        for line in lines
        if line["thread_id"] in parcel.catch_up
    ]
