"""Setting Andon up: the Slack app, the database, and what is still wrong."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.terminal import PROBLEMS, examples, present, settings_in_force, upgraded_database

app = typer.Typer()
database = typer.Typer(help="Look after the database.", no_args_is_help=True)


@app.command(epilog=examples("andon manifest", "andon manifest --http https://andon.plant.example"))
def manifest(
    http: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The bot's public address, for HTTP mode; without it, Socket Mode."),
    ] = None,
) -> None:
    """Print the manifest of the Slack app.

    Paste it into api.slack.com/apps → Create New App → From a manifest.
    """
    import json

    from bot.messages.manifest import manifest

    address = _requests_at(http) if http else None
    typer.echo(json.dumps(manifest(socket_mode=http is None, request_url=address), indent=2))


@app.command(epilog=examples("andon doctor"))
def doctor() -> None:
    """Say what is wrong here, and how to mend it.

    Looks at settings, database, control plan and Slack: scopes, channels, people, time. Changes nothing.
    Exit code 1 when something is wrong.
    """
    import os

    from bot.cli.doctor import examine
    from bot.cli.doctor.findings import Mark

    faults = 0
    for finding in examine(settings_in_force(), environment=os.environ, now=present()):
        faults += finding.mark is Mark.FAULT
        typer.echo(str(finding))
    if faults:
        typer.echo("\n1 thing to mend." if faults == 1 else f"\n{faults} things to mend.")
        raise typer.Exit(PROBLEMS)
    typer.echo("\nReady.")


@database.command(epilog=examples("andon db upgrade"))
def upgrade() -> None:
    """Bring the database to the newest schema.

    Makes an SQLite file that is not there yet. Changes all or nothing.
    """
    from bot.telemetry import redacted

    url = settings_in_force().database_url
    upgraded_database(url)
    typer.echo(f"{redacted(url)} has the newest schema.")


def _requests_at(url: str) -> str:
    """Slack calls one path; people give the address of the machine."""
    if not url.startswith("https://"):
        raise typer.BadParameter("Slack calls https:// addresses only", param_hint="--http")
    path = "/slack/events"
    return url if url.endswith(path) else url.rstrip("/") + path
