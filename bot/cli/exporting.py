"""`andon export`: everything as JSON lines."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.terminal import USAGE, examples, fail, opened_database, present, table

app = typer.Typer()

EVERY = 50_000
"""Progress is told after so many records of a kind."""


@app.command(
    epilog=examples(
        "andon export everything.zip",
        "andon export november --since 2026-11-01 --until 2026-12-01",
        "andon export cases --only exceptions --only decisions",
    )
)
def export(
    to: Annotated[Path, typer.Argument(metavar="TO", help="A new directory, or a new file ending in .zip.")],
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="From then on: 2026-11-01 or 2026-11-01T06:00Z.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="What came before then.")] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="Only this kind; may be given again.")
    ] = None,
) -> None:
    """Write everything as JSON lines, a file for each kind.

    Kinds: events, readings, exceptions (with timeline), decisions (with reviews), digests, suppressions,
    audit, plan_versions, deliveries. All of one moment, while the bot runs; manifest.json comes last.
    People are named by their keys in the control plan. docs/export.md explains every field.
    """
    from bot.services.exporting import ExportError
    from bot.services.exporting import export as write
    from bot.store.exporting import Span

    span = Span(_time(since, "--since"), _time(until, "--until"))
    kinds = _known(only or [])
    with opened_database() as database:
        try:
            written = write(database, to, kinds=kinds, span=span, now=present(), progress=_say)
        except ExportError as error:
            fail(f"Nothing was exported. {error}")
    typer.echo(table([("KIND", "RECORDS"), *((each.kind, f"{each.records:,}") for each in written)]))
    typer.echo(f"{to}: whole, with its manifest.")


def _known(only: list[str]) -> list[str]:
    from bot.store.exporting import KINDS
    from rules.coverage.finding import suggestion

    known = [kind.name for kind in KINDS]
    for word in only:
        if word not in known:
            fail(f"There is no kind {word!r}; {suggestion(word, known)}", code=USAGE)
    return only


def _time(text: str | None, option: str) -> datetime | None:
    """UTC, unless the text says otherwise."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        fail(f"{option} {text}: write a time such as 2026-11-01 or 2026-11-01T06:00Z.", code=USAGE)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _say(kind: str, done: int, total: int) -> None:
    if done and done % EVERY == 0 and done < total:
        typer.echo(f"{kind}: {done:,} of {total:,}", err=True)
