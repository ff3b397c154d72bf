"""Engines: what each database needs to be told so that both behave alike."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

CONNECTION_PATIENCE_SECONDS = 1.0
"""How long to wait for a connection while all are in use; a press still has time to be told."""

CONNECT_SECONDS = 2
"""How long a PostgreSQL server may take to answer at all."""

_SIGNS_OF_LIFE = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 30_000,
}
"""A server that vanished without a word (its power, the network) is given up after half a minute.

By itself TCP waits for the answer to a statement for two hours, and no clock would ring meanwhile. A server
that only takes its time is not meant: its kernel answers.
"""

_CONTENTION_STATES = {"40001", "40P01"}
_LOCK_TIMEOUT_STATES = {"55P03", "57014"}

_REFUSALS: dict[int | str | None, str] = {
    sqlite3.SQLITE_FULL: "out of room",
    sqlite3.SQLITE_IOERR: "failing on its disk",
    sqlite3.SQLITE_READONLY: "read-only",
    "53100": "out of room",
    "25006": "read-only",
}
"""By SQLite's primary result code and PostgreSQL's SQLSTATE."""


class RacedError(Exception):
    """Another writer did in the meantime what this transaction has just found undone."""


def create(url: str, *, pool_size: int) -> Engine:
    """An engine for a URL; a bare `postgresql://` means psycopg 3."""
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    sizes: dict[str, Any] = {
        "pool_size": pool_size,
        "max_overflow": pool_size,
        "pool_timeout": CONNECTION_PATIENCE_SECONDS,
    }
    if parsed.get_backend_name() != "sqlite":
        limits = {"connect_timeout": CONNECT_SECONDS, **_SIGNS_OF_LIFE}
        return create_engine(parsed, pool_pre_ping=True, connect_args=limits, **sizes)
    engine = create_engine(parsed, connect_args={"check_same_thread": False}, **sizes)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def is_contention(error: Exception) -> bool:
    """Whether two transactions got into each other's way and the whole use case may be run again."""
    if isinstance(error, RacedError):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _CONTENTION_STATES


def is_lock_timeout(error: DBAPIError) -> bool:
    """Whether somebody else held a lock for longer than we were willing to wait."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return "locked" in str(error.orig) or "busy" in str(error.orig)
    return getattr(error.orig, "sqlstate", None) in _LOCK_TIMEOUT_STATES


def refusal(error: DBAPIError) -> str | None:
    """What is wrong with a database that is there and takes no writes; None for any other error."""
    if isinstance(error.orig, sqlite3.Error):
        return _REFUSALS.get(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF)
    return _REFUSALS.get(getattr(error.orig, "sqlstate", None))


def is_unmigrated(error: DBAPIError) -> bool:
    """Whether a table is missing."""
    return "no such table" in str(error.orig) or getattr(error.orig, "sqlstate", None) == "42P01"


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver must not open transactions by itself: _begin_sqlite says which kind.
    setattr(connection, "isolation_level", None)  # noqa: B010 - the DBAPI protocol does not declare it
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
