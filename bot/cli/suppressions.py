"""Suppressions on the terminal: what is silent, what will be, and what has been."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import examples, moment, opened_database, present, table

if TYPE_CHECKING:
    from bot.services.plan_in_force import PlanInForce
    from rules.suppressions import Suppression

app = typer.Typer()

HEADINGS = ("", "WHAT", "FROM", "UNTIL", "BY", "HELD BACK", "REASON")


@app.command(epilog=examples("andon suppressions", "andon suppressions --all --limit 50"))
def suppressions(
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that are over, newest first.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many with --all.")] = 20,
) -> None:
    """List the maintenance windows in force and to come."""
    from bot.cli.thread_text import plan_of
    from bot.services.suppressions import latest, unfinished

    with opened_database() as database:
        people = plan_of(database)
        found = latest(database, limit=limit) if everything else unfinished(database, present())
    if not found.suppressions:
        typer.echo("Nothing is silent.")
        return
    rows = [_row(each, found.times_held.get(each.id, 0), people) for each in found.suppressions]
    typer.echo(table([HEADINGS, *rows]))


def _row(suppression: Suppression, times: int, people: PlanInForce) -> tuple[str, ...]:
    person = people.index.person(suppression.author)
    return (
        suppression.name,
        people.matter(suppression.matcher),
        moment(suppression.begins),
        moment(suppression.over_at),
        person.name if person else suppression.author,
        f"{times}×",
        suppression.reason,
    )
