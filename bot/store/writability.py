"""Whether the database takes writes: one whose disk is full, or which became read-only, can still be read."""

from __future__ import annotations

from sqlalchemy import Connection, delete, false

from bot.store.database import Database, DatabaseUnavailableError
from bot.store.tables import slack_deliveries
from bot.store.writer_gate import Priority


def trouble(database: Database) -> str | None:
    """Why nothing can be written, or None.

    Nothing is tried in good times. Once a write was refused each question tries one, so that this ends by
    itself when there is room again, even if nobody else writes.
    """
    if not database.refuses_writes:
        return None
    try:
        database.write(_write_as_it_is, Priority.INTAKE, is_news=lambda _: False)
    except DatabaseUnavailableError as error:
        return str(error)
    return None


def _write_as_it_is(tx: Connection) -> None:
    """Change nothing, and yet have something to commit."""
    if tx.dialect.name == "sqlite":
        version = tx.exec_driver_sql("PRAGMA user_version").scalar_one()
        tx.exec_driver_sql(f"PRAGMA user_version = {int(version)}")
    else:
        tx.execute(delete(slack_deliveries).where(false()))
