"""What commands share: how they end, what they open, how they write times and tables.

Exit codes: 0 fine, 1 problems found, 2 wrong usage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from bot.settings import Settings
    from bot.store.database import Database

PROBLEMS = 1
USAGE = 2


def examples(*lines: str) -> str:
    """The end of a command's help: lines that can be copied."""
    word = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join([word, "", "\b", *(f"  {line}" for line in lines)])


def fail(message: str, *, code: int = PROBLEMS) -> NoReturn:
    """End with a message on standard error."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def agreed(question: str) -> bool:
    """Whether somebody at the keyboard says yes; nobody there is no yes."""
    try:
        return typer.confirm(question, default=False)
    except typer.Abort:
        return False


def settings_in_force() -> Settings:
    """The settings, or the end with everything that is wrong with them."""
    from bot.settings import SettingsError, read_settings

    try:
        return read_settings()
    except SettingsError as error:
        fail(f"The settings cannot be used:\n{error}")


@contextmanager
def opened_database() -> Iterator[Database]:
    """The migrated database of the settings; ends the command in words when there is none."""
    from bot.store.database import Database, DatabaseUnavailableError
    from bot.store.migrate import is_current, is_there
    from bot.telemetry import configure, redacted

    configure(level="WARNING")
    url = settings_in_force().database_url
    if not is_there(url):
        fail(f"There is no database {url} yet. Run `andon db upgrade`.")
    database = Database(url, pool_size=2)
    try:
        if not is_current(database):
            fail(f"{redacted(url)} does not have the schema of this Andon. Run `andon db upgrade`.")
        yield database
    except DatabaseUnavailableError as error:
        fail(f"{redacted(url)}: {redacted(str(error))}. Nothing was changed.")
    finally:
        database.close()


def upgraded_database(url: str) -> None:
    """Bring the database to the newest schema; ends the command in words when that fails."""
    from alembic.util import CommandError
    from sqlalchemy.exc import DBAPIError

    from bot.store.migrate import upgrade
    from bot.telemetry import redacted

    try:
        upgrade(url)
    except CommandError:
        fail(
            f"{redacted(url)} has a schema that this Andon does not know and is as it was: a newer one has "
            "upgraded it. Install the newer Andon again, or restore the backup that was made before."
        )
    except DBAPIError as error:
        fail(f"{redacted(url)} could not be upgraded and is as it was: {redacted(str(error.orig))}")


def present() -> datetime:
    """The moment at which a command acts."""
    from bot.clock import SystemClock

    return SystemClock().now()


def moment(when: datetime | None) -> str:
    """A time to the minute, in UTC; the log and the database speak UTC too."""
    return when.strftime("%Y-%m-%d %H:%M UTC") if when else "–"


def confirmed(question: str, *, yes: bool) -> None:
    """Go on only if somebody says so, or said so with --yes."""
    import sys

    if yes:
        return
    if not sys.stdin.isatty():
        fail("Nobody is here to ask. Add --yes to do this without asking.", code=USAGE)
    typer.confirm(question, abort=True)


def user_name() -> str:
    """Who is at the keyboard, as far as the machine knows."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def write_file(path: Path, text: str) -> None:
    """Write a text file as UTF-8; ends the command in words when that fails."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}.")


def table(rows: Sequence[Sequence[object]]) -> str:
    """Columns aligned by spaces; the last is as long as it is."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in texts
    )
