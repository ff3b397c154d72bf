"""What a log holds, whatever its format: events in the order in which they were received."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.control_plan import Problem
from handlers.intake import plain
from handlers.intake.arrivals import Accepted, Receipt
from rules.events import Event

_ANY_TIME = datetime.max.replace(tzinfo=UTC)
"""Read as if received at the end of time, so that no event of a log counts as one from the future."""


class LogError(Exception):
    """A log or its mapping cannot be used; `problems` names every line. Nothing was replayed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event of a log, and when it was received: when it happened, unless the log says otherwise."""

    line: int
    received_at: datetime
    event: Event


def recorded(document: dict[str, Any], *, line: int, received_at: datetime | None) -> Recorded | list[str]:
    """An event as `POST /v1/events` takes it, its `time` being required; otherwise what is wrong with it."""
    if not document.get("time"):
        return ["time: is required in a log"]
    named = {"id": f"line-{line}", "source": "replay", **document}
    (arrival,) = plain.read(named, Receipt(_ANY_TIME, "replay"))
    if isinstance(arrival, Accepted):
        return Recorded(line, received_at or arrival.event.time, arrival.event)
    return [f"{error.field}: {error.rule}" for error in arrival.errors]


def in_order(rows: Sequence[Recorded]) -> list[Recorded]:
    """By the time of receipt; rows of the same moment stay in the order of the file."""
    return sorted(rows, key=lambda row: row.received_at)
