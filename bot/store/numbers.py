"""Numbers that people see (EX-12, D-7, SU-3): none that Slack may show for something else is given again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select, text

from bot.store.quarantine_tables import restores
from bot.store.rows import is_sqlite

_FIRST: Mapping[str, Column[Any]] = {
    "exception_threads": restores.c.first_exception,
    "decisions": restores.c.first_decision,
    "suppressions": restores.c.first_suppression,
}


def numbered(tx: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """New rows, with their numbers if the database would give some that a restore has passed over.

    SQLite counts on from the highest number that is there; PostgreSQL has a sequence, which was set.
    """
    if not is_sqlite(tx):
        return list(rows)
    first = tx.execute(select(func.max(_FIRST[table.name]))).scalar_one()
    if first is None or highest(tx, table) >= first:
        return list(rows)
    return [{**row, "id": number} for number, row in enumerate(rows, first)]


def highest(tx: Connection, table: Table) -> int:
    """The highest number that was given and is there; 0 for none."""
    found: int = tx.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
    return found


def pass_over(tx: Connection, first: Mapping[Table, int]) -> None:
    """Have PostgreSQL's sequences begin there; what SQLite needs to know stands in `restores`."""
    for table, number in () if is_sqlite(tx) else first.items():
        sequence = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number, false)")
        tx.execute(sequence, {"name": table.name, "number": number})
