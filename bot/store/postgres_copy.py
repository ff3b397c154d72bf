"""Copies of a PostgreSQL database, made and read by PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from bot.store.database import Database
from bot.store.sqlite_copy import CopyError


def copy(url: str, target: Path) -> None:
    """One consistent snapshot, while others write; raises CopyError."""
    target.touch(mode=0o600, exist_ok=False)
    _run("pg_dump", url, "--format=custom", "--schema=public", "--no-owner", "--no-acl", f"--file={target}")
    check(target)


def check(path: Path) -> None:
    """Whether it can be read as a dump of Andon's; raises CopyError."""
    if "TABLE DATA public alembic_version" not in _run("pg_restore", None, "--list", str(path)):
        raise CopyError(f"{path} is no backup of an Andon on PostgreSQL.")


def load(url: str, path: Path) -> None:
    """Fill a database that has no tables, all or nothing; raises CopyError."""
    how = ("--schema=public", "--no-owner", "--no-acl", "--single-transaction", "--exit-on-error")
    _run("pg_restore", url, *how, str(path))


@contextmanager
def set_aside(database: Database, name: str, *, keep: bool) -> Iterator[None]:
    """Begin with an empty schema `public`. The former is put back on an error, else kept on demand."""
    try:
        with database.engine.begin() as tx:
            tx.execute(text(f'ALTER SCHEMA public RENAME TO "{name}"'))
            tx.execute(text("CREATE SCHEMA public"))
    except DBAPIError as error:
        advice = "Restore as the owner of the database and of its schema public."
        raise CopyError(f"What is there cannot be set aside: {error.orig}. {advice}") from error
    try:
        yield
    except BaseException:
        with database.engine.begin() as tx:
            tx.execute(text("DROP SCHEMA IF EXISTS public CASCADE"))
            tx.execute(text(f'ALTER SCHEMA "{name}" RENAME TO public'))
        raise
    if not keep:
        with database.engine.begin() as tx:
            tx.execute(text(f'DROP SCHEMA "{name}"'))


def is_empty(tx: Connection) -> bool:
    """Whether nothing would be replaced."""
    return not inspect(tx).get_table_names()


def others(tx: Connection) -> int:
    """How many other connections there are to this database."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    found: int = tx.execute(text(query)).scalar_one()
    return found


def _run(program: str, url: str | None, *arguments: str) -> str:
    """What a program of PostgreSQL prints. The password goes by the environment, where no `ps` shows it."""
    where = shutil.which(program)
    if where is None:
        raise CopyError(
            f"`{program}` is not installed here. It comes with PostgreSQL's client (postgresql-client), and "
            "must be as new as the server or newer."
        )
    environment = dict(os.environ)
    target = []
    if url is not None:
        parsed = make_url(url)
        if parsed.password is not None:
            environment["PGPASSWORD"] = str(parsed.password)
        plain = parsed.set(drivername="postgresql")._replace(password=None)
        target = [f"--dbname={plain.render_as_string(hide_password=False)}"]
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL with arguments of ours
        [where, *target, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        raise CopyError(f"{program} failed: {done.stderr.strip()[-2000:]}")
    return done.stdout
