"""Events as they came in, once per (source, id), each with what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.store.engine import RacedError
from bot.store.rows import ColumnKind, with_rows
from rules.events import Event

EventKey = tuple[str, str]

Stored = tuple[Event, Mapping[str, Any]]
"""An event and what became of it."""

_COLUMNS: Mapping[str, ColumnKind] = {
    "source": "text",
    "event_id": "text",
    "type": "text",
    "subject": "text",
    "time": "timestamptz",
    "received_at": "timestamptz",
    "data": "text",
    "plan_version": "bigint",
    "became": "text",
}


_NAMES = ", ".join(_COLUMNS)
_ADD = (
    f"INSERT INTO events ({_NAMES}) SELECT {_NAMES} FROM {{rows}} AS r WHERE true "  # noqa: S608 - names are our own columns
    "ON CONFLICT (source, event_id) DO NOTHING"
)
# A subquery, not a join: each is looked up by its key, however many events there are.
_FIND = (
    "SELECT r.source, r.event_id, (SELECT COALESCE(e.became, '{}') FROM events AS e "
    "WHERE e.source = r.source AND e.event_id = r.event_id) FROM {rows} AS r"
)
_compact = json.JSONEncoder(separators=(",", ":")).encode


def add(tx: Connection, new: Sequence[Stored], *, received_at: datetime, plan_version: int) -> None:
    """Store events that are not there yet, with what became of them.

    Raises RacedError when another replica stored one of them since `became_of` looked.
    """
    rows = [_row(event, became, received_at, plan_version) for event, became in new]
    if rows and with_rows(tx, _ADD, _COLUMNS, rows).rowcount < len(rows):
        raise RacedError("another replica stored the same event")


def became_of(tx: Connection, keys: Iterable[EventKey]) -> dict[EventKey, Mapping[str, Any]]:
    """Which of these events are stored, and what became of them."""
    rows = [{"source": source, "event_id": event_id} for source, event_id in keys]
    found = with_rows(tx, _FIND, {"source": "text", "event_id": "text"}, rows)
    return {(source, event_id): json.loads(became) for source, event_id, became in found if became}


def _row(event: Event, became: Mapping[str, Any], received_at: datetime, plan_version: int) -> dict[str, Any]:
    return {
        "source": event.source,
        "event_id": event.id,
        "type": event.type,
        "subject": event.subject,
        "time": event.time,
        "received_at": received_at,
        "data": _compact(event.data),
        "plan_version": plan_version,
        "became": _compact(became),
    }
