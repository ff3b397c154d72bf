"""Exception threads on the terminal: what is open, and one told in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.cli.terminal import USAGE, examples, fail, opened_database, table

if TYPE_CHECKING:
    from bot.store.database import Database

app = typer.Typer()


@app.command("list", epilog=examples("andon list", "andon list --area filling", "andon list --owner maria"))
def list_(
    area: Annotated[str | None, typer.Option(help="Only this area, by its key.")] = None,
    owner: Annotated[str | None, typer.Option(help="Only what this person owns, by their key.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
) -> None:
    """List the exceptions that need work, most severe first."""
    from bot.cli.thread_text import HEADINGS, line, plan_of
    from bot.services.boards import open_threads

    with opened_database() as database:
        people = plan_of(database)
        _known(area, [each.key for each in people.index.plan.areas], "area")
        _known(owner, [each.key for each in people.index.plan.people], "person")
        listing = open_threads(database, owner=owner, area=area, limit=limit)
    if not listing.threads:
        typer.echo("Nothing needs work.")
        return
    typer.echo(table([HEADINGS, *(line(thread, people) for thread in listing.threads)]))
    if listing.total > len(listing.threads):
        typer.echo(f"… and {listing.total - len(listing.threads)} more; see them with --limit.")


@app.command(epilog=examples("andon show EX-12", "andon show 12", "andon show EX-12 --json"))
def show(
    exception: Annotated[str, typer.Argument(metavar="EXCEPTION", help="Such as EX-12.")],
    as_json: Annotated[bool, typer.Option("--json", help="As `andon export` has it.")] = False,
) -> None:
    """Show one exception with its timeline."""
    from bot.cli.thread_text import plan_of, story
    from bot.services.boards import find, history
    from bot.services.presses import UnknownThreadError

    number = _number(exception)
    with opened_database() as database:
        if as_json:
            typer.echo(_record(database, number))
            return
        try:
            thread = find(database, number)
        except UnknownThreadError:
            _unknown(number)
        typer.echo(story(thread, history(database, number), plan_of(database)))


def _record(database: Database, number: int) -> str:
    import json

    from bot.services.exporting import exception

    found = exception(database, number)
    if found is None:
        _unknown(number)
    return json.dumps(found, indent=2, ensure_ascii=False)


def _unknown(number: int) -> NoReturn:
    fail(f"There is no EX-{number}. `andon list` shows those that are open.")


def _known(word: str | None, known: list[str], what: str) -> None:
    from rules.coverage.finding import suggestion

    if word is not None and word not in known:
        fail(f"There is no {what} {word!r} in the control plan; {suggestion(word, known)}", code=USAGE)


def _number(name: str) -> int:
    digits = name.strip().lower().removeprefix("ex").lstrip("- ")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        fail(f"{name!r} is no exception; write EX-12 or 12.", code=USAGE)
    return int(digits)
