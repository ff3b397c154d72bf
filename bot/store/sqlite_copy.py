"""Copies of an SQLite database: taken while others write, checked, put in place when nobody has it open."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

BUSY_SECONDS = 5.0


class CopyError(Exception):
    """A database cannot be copied, trusted or put in place. Nothing was changed."""


def copy(source: Path, target: Path) -> None:
    """Copy as it is at one moment. Writers go on meanwhile. `target` is a new file; raises CopyError."""
    target.touch(mode=0o600, exist_ok=False)
    try:
        with closing(_opened(source)) as there, closing(_opened(target)) as here:
            there.backup(here)
    except sqlite3.Error as error:
        raise CopyError(f"{source} cannot be copied: {error}.") from error


def check(path: Path) -> None:
    """Read all of it, index by index; raises CopyError with what is broken."""
    try:
        with closing(_opened(path)) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
            strays = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise CopyError(f"{path} is no SQLite database that can be read: {error}.") from error
    if said != ["ok"]:
        raise CopyError(f"{path} is damaged: {'; '.join(said)}.")
    if strays is not None:
        raise CopyError(
            f"{path} is damaged: a row of {strays[0]} refers to one of {strays[2]} that is missing."
        )


def close_up(path: Path) -> None:
    """Make one file of a database and its log; raises CopyError while anybody has it open."""
    try:
        with closing(_opened(path)) as connection:
            (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.Error as error:
        raise CopyError(f"{path} is in use or cannot be opened ({error}). Stop the bot first.") from error
    if mode != "delete":
        raise CopyError(f"{path} is in use. Stop the bot first.")
    _written(path)


def set_aside(path: Path, name: str) -> None:
    """Rename a database if it is there, and what a dead process left of its log: that fits no other file."""
    for each in (path, *(path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm"))):
        if each.exists():
            each.replace(each.with_name(f"{each.name}.{name}"))


def put_in_place(new: Path, target: Path) -> None:
    """Whoever looks sees the old file or the new one, also after a power cut."""
    new.replace(target)
    _written(target.parent)


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


def _written(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
