"""`andon prune`: what is too old to keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import (
    agreed,
    examples,
    fail,
    moment,
    opened_database,
    present,
    settings_in_force,
    table,
)

if TYPE_CHECKING:
    from bot.services.pruning import Account

app = typer.Typer()

MOST_DAYS = 30


@app.command(epilog=examples("andon prune --dry-run", "andon prune --yes"))
def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Show what is too old to keep, ask, and delete it.

    A running bot does this by itself every hour, as ANDON_KEEP_EVENTS_DAYS and ANDON_KEEP_DELIVERIES_DAYS
    say. What is deleted is gone: `andon export` first.
    """
    from bot.services.pruning import accounts
    from bot.services.pruning import prune as delete
    from rules.keeping import Keeping

    settings, now = settings_in_force(), present()
    keeping = Keeping(settings.keep_events_days, settings.keep_deliveries_days)
    with opened_database() as database:
        found = accounts(database, keeping, now)
        for account in found:
            typer.echo("\n".join(_told(account)))
        if dry_run or not any(account.days for account in found):
            typer.echo("Nothing was deleted. `andon export` keeps what you want to keep.")
            return
        if not yes and not agreed("Delete these for good? `andon export` first."):
            fail("Nothing was deleted.")
        total = sum(batch.records for batch in delete(database, keeping, now))
    typer.echo(f"{total:,} records deleted.")


def _told(account: Account) -> Iterator[str]:
    kept = f"older than {moment(account.before)}" if account.before else "kept for ever"
    total = sum(account.days.values())
    yield f"{account.kind}: {total:,} would go ({kept}); {account.needed:,} more are still needed and stay."
    days = sorted(account.days.items())
    if days:
        yield table([("  DAY", "RECORDS"), *((f"  {day}", f"{count:,}") for day, count in days[:MOST_DAYS])])
    if len(days) > MOST_DAYS:
        yield f"  … and {len(days) - MOST_DAYS} more days, until {days[-1][0]}"
    if account.gone is not None:
        records, first, last = account.gone
        yield f"  gone already: {records:,}, of {first} to {last}"
    if account.oldest is not None:
        yield f"  the oldest there is came in {moment(account.oldest)}"
