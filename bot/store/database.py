"""The database: how a transaction begins, waits, is retried and is announced.

A use case is written as a function of a transaction and called with a Database:

    @writes(Priority.PRESS)
    def acknowledge(tx: Connection, thread_id: int, ...) -> Change: ...

    acknowledge(database, 12, ...)

Everything inside happens in one transaction or not at all. Serialization failures and deadlocks are
retried from the start, so such a function has no effect outside of its transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import stamina
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.metrics import WRITES
from bot.store.engine import RacedError, create, is_contention, is_lock_timeout, is_unmigrated, refusal
from bot.store.postgres_commit import UnansweredCommitError, on_postgres
from bot.store.writer_gate import GateTimeoutError, Priority, WriterGate

P = ParamSpec("P")
R = TypeVar("R")

PATIENCE_SECONDS = {
    Priority.PRESS: 2.0,
    Priority.CLOCK: 10.0,
    Priority.INTAKE: 5.0,
    Priority.HOUSEKEEPING: 30.0,
}
"""How long a writer waits for its turn. A press must be answered within Slack's three seconds."""

_AFTERWARDS = "andon_afterwards"


class DatabaseUnavailableError(Exception):
    """Locked for too long, or gone. Nothing was written and nothing will be; try again later."""


class OutcomeUnknownError(DatabaseUnavailableError):
    """The database went away at the very moment of the commit: whether it took place cannot be known now."""


class Database:
    """One database, SQLite or PostgreSQL, shared by all threads of the process."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.engine: Engine = create(url, pool_size=pool_size)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        snapshot = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reader = self.engine.execution_options(**snapshot)
        self.on_commit: list[Callable[[], None]] = []
        self.refuses_writes = False
        self._gate = WriterGate()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent look at the data; raises DatabaseUnavailableError."""
        with _named_errors(), self._reader.begin() as connection:
            yield connection

    def write(
        self,
        work: Callable[[Connection], R],
        priority: Priority,
        *,
        is_news: Callable[[R], bool] = lambda _: True,
    ) -> R:
        """Run `work` in one transaction and return what it returns.

        `is_news` says of the result whether anything changed that others wait for; what looks again and
        again and finds nothing would otherwise wake everybody, itself included, each time.

        Raises DatabaseUnavailableError when the turn does not come in time or the database is gone; then
        nothing was committed. Only OutcomeUnknownError, which is one, leaves that open.
        """
        with _named_errors(), self._noticing_refusals(), WRITES.labels(priority.name.lower()).time():
            patience = PATIENCE_SECONDS[priority]
            for attempt in stamina.retry_context(
                on=is_contention, attempts=5, wait_initial=0.01, wait_max=0.2, timeout=patience
            ):
                with attempt:
                    afterwards: list[Callable[[], None]] = []
                    result = self._write_once(work, priority, afterwards)
        for told in (*afterwards, *(self.on_commit if is_news(result) else ())):
            told()
        return result

    @contextmanager
    def _noticing_refusals(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            self.refuses_writes = self.refuses_writes or refusal(error) is not None
            raise
        self.refuses_writes = False

    def _write_once(
        self, work: Callable[[Connection], R], priority: Priority, afterwards: list[Callable[[], None]]
    ) -> R:
        patience = PATIENCE_SECONDS[priority]
        deadline = time.monotonic() + patience
        turn = self._gate.turn(priority, patience) if self.is_sqlite else nullcontext()
        options = {"writes": True, _AFTERWARDS: afterwards}
        with turn, self.engine.connect().execution_options(**options) as connection:
            left = max(int((deadline - time.monotonic()) * 1000), 1)
            if not self.is_sqlite:
                return on_postgres(connection, work, patience=left / 1000, deadline=deadline)
            # Past SQLAlchemy, which would begin a transaction and wait with the former patience first.
            connection.connection.cursor().execute(f"PRAGMA busy_timeout={left}")
            with connection.begin():
                return work(connection)


def once_committed(tx: Connection, told: Callable[[], None]) -> None:
    """Call `told` after the commit, and not at all if there is none; it must not raise.

    Within a transaction that no Database began there is no such moment, and nothing is called.
    """
    afterwards = tx.get_execution_options().get(_AFTERWARDS)
    if afterwards is not None:
        afterwards.append(told)


def writes(
    priority: Priority, *, is_news: Callable[[Any], bool] = lambda _: True
) -> Callable[[Callable[Concatenate[Connection, P], R]], Callable[Concatenate[Database, P], R]]:
    """Make a function of a transaction callable with a Database: one use case, one transaction."""

    def decorate(use_case: Callable[Concatenate[Connection, P], R]) -> Callable[Concatenate[Database, P], R]:
        @wraps(use_case)
        def call(database: Database, /, *args: P.args, **kwargs: P.kwargs) -> R:
            def work(tx: Connection) -> R:
                return use_case(tx, *args, **kwargs)

            result: R = database.write(work, priority, is_news=is_news)
            return result

        return call

    return decorate


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except GateTimeoutError as error:
        raise DatabaseUnavailableError(f"the database is busy: {error}") from error
    except RacedError as error:
        raise DatabaseUnavailableError(f"the database is busy: {error}, again and again") from error
    except UnansweredCommitError as error:
        raise OutcomeUnknownError(str(error)) from error
    except PoolTimeoutError as error:
        raise DatabaseUnavailableError("the database is busy: all connections to it are in use") from error
    except (OperationalError, InterfaceError) as error:
        raise DatabaseUnavailableError(f"the database is {_reason(error)}: {error.orig}") from error
    except DBAPIError as error:
        if error.connection_invalidated or is_unmigrated(error) or refusal(error):
            raise DatabaseUnavailableError(f"the database is {_reason(error)}: {error.orig}") from error
        raise


def _reason(error: DBAPIError) -> str:
    if is_unmigrated(error):
        return "not migrated; run `andon db upgrade`"
    if is_lock_timeout(error):
        return "locked by another writer"
    return refusal(error) or "not reachable"
