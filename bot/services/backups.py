"""Backup and restore: one file of a database, checked when it is made, quarantined when it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from bot.services.restoring import Restored, seal, settle
from bot.store import migrate, postgres_copy, sqlite_copy
from bot.store.database import Database
from bot.store.sqlite_copy import CopyError

_NOT_EMPTY = "{where} holds a database already. With --replace it is set aside, not deleted."


def take(url: str, file: Path, *, now: datetime) -> None:
    """Write a backup while the bot runs. An existing file is never overwritten; raises CopyError.

    It takes its name once it is whole and checked. One of SQLite is itself in quarantine.
    """
    if file.exists():
        raise CopyError(f"{file} is there already. Name a new file.")
    draft = file.with_name(f".{file.name}.unfinished")
    draft.unlink(missing_ok=True)
    try:
        if _is_sqlite(url):
            sqlite_copy.copy(_path(url), draft)
            sqlite_copy.check(draft)
            with _opened(f"sqlite:///{draft}") as copied:
                seal(copied, now=now)
            sqlite_copy.close_up(draft)
        else:
            postgres_copy.copy(url, draft)
        sqlite_copy.put_in_place(draft, file)
    except OSError as error:
        raise CopyError(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)


def restore(url: str, file: Path, *, by: str, now: datetime, replace: bool) -> tuple[Restored, str]:
    """Put a backup in place, migrated and in quarantine; returns also where the former database is kept.

    Refuses while anybody uses the database; what is there is replaced only if told so, and kept aside.
    Raises CopyError and DatabaseUnavailableError; then all is as it was.
    """
    if not file.is_file():
        raise CopyError(f"There is no file {file}.")
    aside = f"before_restore_{now:%Y%m%d_%H%M%S}"
    if _is_sqlite(url):
        return _restore_sqlite(_path(url), file, by=by, now=now, aside=aside, replace=replace)
    return _restore_postgres(url, file, by=by, now=now, aside=aside, replace=replace)


def _restore_sqlite(
    target: Path, file: Path, *, by: str, now: datetime, aside: str, replace: bool
) -> tuple[Restored, str]:
    there = target.exists()
    if there and not replace:
        raise CopyError(_NOT_EMPTY.format(where=target))
    draft = target.with_name(f".{target.name}.unfinished")
    draft.unlink(missing_ok=True)
    try:
        sqlite_copy.check(file)
        sqlite_copy.copy(file, draft)
        restored = _settled(f"sqlite:///{draft}", by=by, now=now)
        sqlite_copy.close_up(draft)
        if there:
            sqlite_copy.close_up(target)
        sqlite_copy.set_aside(target, aside)
        sqlite_copy.put_in_place(draft, target)
    except OSError as error:
        raise CopyError(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return restored, str(target.with_name(f"{target.name}.{aside}")) if there else ""


def _restore_postgres(
    url: str, file: Path, *, by: str, now: datetime, aside: str, replace: bool
) -> tuple[Restored, str]:
    postgres_copy.check(file)
    with _opened(url) as database:
        with database.reading() as tx:
            empty, others = postgres_copy.is_empty(tx), postgres_copy.others(tx)
        if others:
            raise CopyError(f"{others} other connections use this database. Stop every bot first.")
        if not empty and not replace:
            raise CopyError(_NOT_EMPTY.format(where="The address of ANDON_DATABASE_URL"))
        with postgres_copy.set_aside(database, aside, keep=not empty):
            postgres_copy.load(url, file)
            restored = _settled(url, by=by, now=now)
    return restored, "" if empty else f"the schema {aside}"


def _settled(url: str, *, by: str, now: datetime) -> Restored:
    with _opened(url) as database:
        if not migrate.is_known(database):
            raise CopyError("This is no backup of Andon's, or one of a newer Andon; restore it with that.")
    migrate.upgrade(url)
    with _opened(url) as database:
        return settle(database, by=by, now=now)


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url, pool_size=1)
    try:
        yield database
    finally:
        database.close()


def _is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def _path(url: str) -> Path:
    return Path(make_url(url).database or "")
