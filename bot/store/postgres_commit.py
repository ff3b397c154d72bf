"""A transaction on PostgreSQL whose outcome is known even if nobody heard the answer to its COMMIT.

Each transaction notes its own number. When the connection breaks within COMMIT, another one asks the server
how that number ended (https://www.postgresql.org/docs/current/functions-info.html, pg_xact_status).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import stamina
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

R = TypeVar("R")

LEAST_SECONDS = 0.5
"""So long the server is asked at least, however little of the patience is left."""

STANDSTILL_SECONDS = 10
"""How long a writer may do nothing within its transaction; then PostgreSQL ends it and frees what it locked.

A process that is stopped (a paused machine, say) would otherwise hold up every replica until it goes on.
"""

_BEGUN = text(
    "SELECT CAST(pg_current_xact_id() AS text), set_config('lock_timeout', :patience, true), "
    "set_config('idle_in_transaction_session_timeout', :standstill, true)"
)
_ENDED = text("SELECT pg_xact_status(CAST(:number AS xid8))")


class UnansweredCommitError(Exception):
    """Nobody could say in time whether a transaction was committed."""


class _NotOverError(Exception):
    """The server is still at it."""


def on_postgres(
    connection: Connection, work: Callable[[Connection], R], *, patience: float, deadline: float
) -> R:
    """Do the work in one transaction; `patience` in seconds is for each lock, `deadline` monotonic.

    Raises what the work or the database raises, and then nothing was committed; or UnansweredCommitError.
    """
    is_done = False
    number = ""
    try:
        with connection.begin():
            limits = {"patience": f"{patience * 1000:.0f}ms"} | {"standstill": f"{STANDSTILL_SECONDS}s"}
            number = connection.execute(_BEGUN, limits).scalar_one()
            result = work(connection)
            is_done = True
    except DBAPIError as error:
        is_unanswered = is_done and error.connection_invalidated
        if not is_unanswered or not _was_committed(connection.engine, number, deadline):
            raise
    return result


def _was_committed(engine: Engine, number: str, deadline: float) -> bool:
    patience = max(deadline - time.monotonic(), LEAST_SECONDS)
    try:
        for attempt in stamina.retry_context(
            on=(_NotOverError, DBAPIError, PoolTimeoutError), attempts=None, timeout=patience, wait_max=0.2
        ):
            with attempt:
                status = _status(engine, number)
    except (_NotOverError, DBAPIError, PoolTimeoutError) as error:
        raise UnansweredCommitError(
            f"the database went away while it committed, and whether it did is not known: {error}"
        ) from error
    return status == "committed"


def _status(engine: Engine, number: str) -> str | None:
    with engine.connect() as connection:
        status: str | None = connection.execute(_ENDED, {"number": number}).scalar_one()
    if status == "in progress":
        raise _NotOverError(f"transaction {number} is not over")
    return status
