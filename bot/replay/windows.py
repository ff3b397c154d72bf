"""Maintenance windows of a replay: `FROM/UNTIL WHAT REASON`, declared beforehand as somebody would have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.store import suppressions
from bot.store.database import Database
from bot.store.suppressions import HeldSignal
from rules.matchers import matcher_of
from rules.plan_index import PlanIndex
from rules.suppressions import Suppression, SuppressionError, check_window

AUTHOR = "replay"
EXAMPLE = '"2026-03-02 22:00/2026-03-03 06:00 line-2 planned lubrication"'

_MOMENT = r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?"
_WINDOW = re.compile(rf"\s*({_MOMENT})\s*/\s*({_MOMENT})\s+(\S+)\s+(\S.*?)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Window:
    """A suppression and what it held back. `opened`: exceptions that still stood at its end, such as EX-2."""

    suppression: Suppression
    held: tuple[HeldSignal, ...]
    opened: tuple[str, ...]


def read_window(text: str, index: PlanIndex) -> Suppression:
    """A window; times without an offset are those of the plant. Raises SuppressionError."""
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise SuppressionError(f"{text!r} is no maintenance window; write one such as {EXAMPLE}.")
    zone = ZoneInfo(index.plan.site.timezone)
    begins, ends = _moment(found[1], zone), _moment(found[2], zone)
    check_window(begins, ends, begins)
    return Suppression(0, matcher_of(found[3], index), begins, ends, found[4], AUTHOR, begins)


def windows_of(
    database: Database, wanted: Sequence[Suppression], opened: dict[str, list[str]]
) -> list[Window]:
    """What each came to; `opened` are the exceptions that each had held back, by its name."""
    with database.reading() as tx:
        return [
            Window(each, tuple(suppressions.held_by(tx, each.id)), tuple(opened.get(each.name, ())))
            for each in wanted
        ]


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise SuppressionError(
            f"{text!r} is in no calendar; write a time such as 2026-03-02 22:00."
        ) from None
    return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)
