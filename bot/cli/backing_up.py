"""Backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.terminal import examples, fail, moment, opened_database, present, settings_in_force, user_name

app = typer.Typer()

File = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="Where the backup is.")]


@app.command(epilog=examples("andon backup monday.backup"))
def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")]) -> None:
    """Copy the database to a file while the bot runs.

    The copy is of one moment, and checked. SQLite is copied directly; for PostgreSQL `pg_dump` must be
    installed, as new as the server or newer.
    """
    from bot.services.backups import take
    from bot.store.sqlite_copy import CopyError
    from bot.telemetry import redacted

    with opened_database():
        url = settings_in_force().database_url
    try:
        take(url, file, now=present())
    except CopyError as error:
        fail(redacted(f"No backup was made. {error}"))
    typer.echo(
        f"{file}: {file.stat().st_size:,} bytes, whole and checked. Keep it where only operators can read."
    )


@app.command(epilog=examples("andon restore monday.backup", "andon restore monday.backup --replace"))
def restore(
    file: File,
    replace: Annotated[
        bool, typer.Option("--replace", help="Set aside the database that is there; it is not deleted.")
    ] = False,
) -> None:
    """Put a backup in place, in quarantine.

    Stop every bot first. The backup is checked and brought to the newest schema; nothing is sent until
    `andon delivery release`.
    """
    from bot.services.backups import restore as put_back
    from bot.store.database import DatabaseUnavailableError
    from bot.store.sqlite_copy import CopyError
    from bot.telemetry import configure, redacted

    configure(level="WARNING")
    url = settings_in_force().database_url
    try:
        restored, kept = put_back(url, file, by=user_name(), now=present(), replace=replace)
    except (CopyError, DatabaseUnavailableError) as error:
        fail(redacted(f"Nothing was restored. {error}"))
    if kept:
        typer.echo(f"What was there is kept: {kept}")
    typer.echo(
        f"Restored. Andon's records go to {moment(restored.knows_until)}; what came after is not known."
    )
    typer.echo(
        f"Messages that waited then: {restored.doubted}; each is looked for in Slack before it is sent. "
        f"Cards that are drawn anew: {restored.redrawn}. The next exception is EX-{restored.next_exception}."
    )
    typer.echo("Nothing is sent yet. Start the bot, look at it, then: andon delivery release")
