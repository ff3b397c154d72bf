"""What the plan's names are called in Slack: people by e-mail, channels by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from bot.store.rows import insert_into
from bot.store.tables import directory


class EntryKind(StrEnum):
    """What a name stands for."""

    PERSON = "person"
    CHANNEL = "channel"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Entry:
    """A name and its Slack id, or why Slack does not know it."""

    kind: EntryKind
    name: str
    slack_id: str | None
    trouble: str | None
    checked_at: datetime


def all_entries(tx: Connection) -> list[Entry]:
    """Everything known."""
    return [
        Entry(EntryKind(row.kind), row.name, row.slack_id, row.trouble, row.checked_at)
        for row in tx.execute(select(directory).order_by(directory.c.kind, directory.c.name))
    ]


def save(tx: Connection, entries: Sequence[Entry]) -> None:
    """Write what Slack answered."""
    rows = [
        {
            "kind": entry.kind.value,
            "name": entry.name,
            "slack_id": entry.slack_id,
            "trouble": entry.trouble,
            "checked_at": entry.checked_at,
        }
        for entry in entries
    ]
    if rows:
        upsert = insert_into(tx, directory)
        fresh = {name: upsert.excluded[name] for name in ("slack_id", "trouble", "checked_at")}
        tx.execute(upsert.on_conflict_do_update(index_elements=["kind", "name"], set_=fresh), rows)
