"""Events as they came in, once per (source, id), each with what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text, tuple_

from bot.store.rows import ColumnKind, rows_parameter, rows_sql
from bot.store.tables import events
from rules.events import Event

EventKey = tuple[str, str]

_COLUMNS: Mapping[str, ColumnKind] = {
    "source": "text",
    "event_id": "text",
    "type": "text",
    "subject": "text",
    "time": "timestamptz",
    "received_at": "timestamptz",
    "data": "text",
    "plan_version": "bigint",
}


def insert_new(
    tx: Connection, batch: Sequence[Event], *, received_at: datetime, plan_version: int
) -> dict[EventKey, int]:
    """Store those not seen before; returns the row id of each new (source, id)."""
    names = ", ".join(_COLUMNS)
    statement = text(
        f"INSERT INTO events ({names}) SELECT {names} FROM {rows_sql(tx, _COLUMNS)} AS r WHERE true "  # noqa: S608 - names are our own columns
        "ON CONFLICT (source, event_id) DO NOTHING RETURNING source, event_id, id"
    )
    rows = [_row(event, received_at, plan_version) for event in batch]
    found = tx.execute(statement, {"rows": rows_parameter(tx, rows)})
    return {(source, event_id): row_id for source, event_id, row_id in found}


def became_of(tx: Connection, keys: Sequence[EventKey]) -> dict[EventKey, Mapping[str, Any]]:
    """What became of events that were stored earlier."""
    if not keys:
        return {}
    query = select(events.c.source, events.c.event_id, events.c.became).where(
        tuple_(events.c.source, events.c.event_id).in_(keys)
    )
    return {(source, event_id): became or {} for source, event_id, became in tx.execute(query)}


def set_became(tx: Connection, became: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Write down what became of each event row."""
    rows = [{"id": row_id, "became": json.dumps(value)} for row_id, value in became]
    if not rows:
        return
    source = rows_sql(tx, {"id": "bigint", "became": "text"})
    statement = text(f"UPDATE events SET became = r.became FROM {source} AS r WHERE events.id = r.id")  # noqa: S608 - names are our own columns
    tx.execute(statement, {"rows": rows_parameter(tx, rows)})


def _row(event: Event, received_at: datetime, plan_version: int) -> dict[str, Any]:
    return {
        "source": event.source,
        "event_id": event.id,
        "type": event.type,
        "subject": event.subject,
        "time": event.time,
        "received_at": received_at,
        "data": json.dumps(event.data, separators=(",", ":")),
        "plan_version": plan_version,
    }
