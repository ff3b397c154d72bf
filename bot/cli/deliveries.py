"""What could not be delivered to Slack: listed, tried again, or given up on a human's word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import examples, fail, moment, opened_database, present, table, user_name

if TYPE_CHECKING:
    from bot.store.database import Database
    from rules.delivery import OutboxRow

app = typer.Typer(help="See and settle what could not be delivered to Slack.", no_args_is_help=True)

Mark = Annotated[str, typer.Argument(help="The mark of the delivery, from `andon delivery list`.")]

_EXAMPLE_MARK = "01JD3ZX5V8Q4T2M6K9B7C1R0WA"


@app.command("list", epilog=examples("andon delivery list", "andon delivery list --limit 100"))
def list_(limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20) -> None:
    """List what is dead or failing, newest first."""
    from bot.services.quarantine import standing
    from bot.services.undeliverable import troubled

    with opened_database() as database:
        rows, quarantine = troubled(database, limit), standing(database)
    if quarantine is not None:
        since = f"since {moment(quarantine.since)} by {quarantine.by}: {quarantine.reason}"
        typer.echo(f"QUARANTINE {since}\nNothing is sent until `andon delivery release`.\n")
    if not rows:
        typer.echo("Everything was delivered, or is on its way without trouble.")
        return
    typer.echo(table([("MARK", "STATE", "WHAT", "TO", "TRIES", "SINCE", "WHY"), *map(_line, rows)]))


@app.command(epilog=examples(f"andon delivery retry {_EXAMPLE_MARK}"))
def retry(mark: Mark) -> None:
    """Try a dead delivery again, after its cause was mended."""
    from bot.services.undeliverable import retry

    _settle(lambda database: retry(database, mark, user_name(), present()))
    typer.echo(f"{mark} is on its way again.")


@app.command(epilog=examples(f"andon delivery drop {_EXAMPLE_MARK}"))
def drop(mark: Mark) -> None:
    """Give up a delivery for good."""
    from bot.services.undeliverable import drop

    _settle(lambda database: drop(database, mark, user_name(), present()))
    typer.echo(f"{mark} is dropped.")


def _settle(act: Callable[[Database], object]) -> None:
    from bot.services.undeliverable import UnknownDeliveryError

    with opened_database() as database:
        try:
            act(database)
        except UnknownDeliveryError as error:
            fail(str(error))


def _line(row: OutboxRow) -> tuple[object, ...]:
    what = f"{row.purpose} EX-{row.thread_id}" if row.thread_id else str(row.purpose)
    return row.mark, row.state, what, row.target, row.attempts, moment(row.created_at), row.error or ""
