"""Running the bot, and the demo."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

import typer

from bot.cli.terminal import examples, fail, present, settings_in_force, upgraded_database

if TYPE_CHECKING:
    from pathlib import Path

    from bot.settings import Settings

app = typer.Typer()


@app.command(epilog=examples("andon run", "ANDON_PORT=9000 andon run"))
def run() -> None:
    """Run the bot until it is told to stop; SIGTERM drains.

    Settings come from the environment and from .env (see .env.example); `andon doctor` says what is missing.
    Brings the database to the newest schema first.
    """
    from bot import telemetry

    settings = settings_in_force()
    telemetry.configure()
    _refuse_without_tokens(settings)
    upgraded_database(settings.database_url)
    if settings.control_plan is not None:
        _apply_first_plan(settings.database_url, settings.control_plan)
    from bot.serving import run

    _drain_on_sigterm()
    run(settings)


@app.command(epilog=examples("andon demo"))
def demo() -> None:
    """See it work: a plant, a Slack workspace and the bot.

    Prints one address to open. Nothing has to be set up, and nothing leaves this machine.
    """
    from bot import telemetry
    from bot.cli.demo import main

    telemetry.configure(level="WARNING")
    _drain_on_sigterm()
    main()


@app.command(epilog=examples("andon version"))
def version() -> None:
    """Print the version."""
    from bot import __version__

    typer.echo(f"andon {__version__}")


def _drain_on_sigterm() -> None:
    """Leave by an exception, so that everything on the way out is stopped in order.

    The HTTP server repeats the signal once it has stopped itself; left alone, that would kill the process.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def _refuse_without_tokens(settings: Settings) -> None:
    from bot.cli.doctor.installation import missing

    found = list(missing(settings))
    if found:
        lines = "\n".join(map(str, found))
        fail(f"{lines}\n\nWithout that Slack cannot be reached. `andon demo` needs none of it.")


def _apply_first_plan(url: str, path: Path) -> None:
    """ANDON_CONTROL_PLAN counts until the first plan is in force; from then on `andon apply` does."""
    from bot.cli.plan_reading import plan_text, refuse
    from bot.control_plan import ControlPlanError
    from bot.services.planning import apply_first_plan
    from bot.store.database import Database

    database = Database(url, pool_size=1)
    try:
        apply_first_plan(database, text=plan_text(path), file=str(path), now=present())
    except ControlPlanError as error:
        refuse(error.problems)
    except OSError as error:
        fail(f"ANDON_CONTROL_PLAN={path} cannot be read: {error.strerror}. Name a file that exists.")
    finally:
        database.close()
