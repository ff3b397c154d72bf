"""The commands `andon audit …`: who changed what and why, and whether that record is whole."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import USAGE, confirmed, examples, fail, opened_database, present, user_name

if TYPE_CHECKING:
    from rules.audit_chain import Checkpoint

app = typer.Typer(help="Read and verify who changed what, when and why.", no_args_is_help=True)

_CHECKPOINT = "1204:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_DAY = ["%Y-%m-%d", "%Y-%m-%d %H:%M"]

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


class Format(StrEnum):
    """How a list is written."""

    TEXT = "text"
    JSON = "json"


@app.command(
    "list",
    epilog=examples(
        "andon audit list",
        "andon audit list --about EX-12",
        "andon audit list --about plan --since 2026-11-01 --format json",
    ),
)
def list_(
    about: Annotated[
        str | None, typer.Option(metavar="WHAT", help="Such as EX-12, D-3, SU-1, plan, 'kpi oee', token.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="WHO", help="A person's key, a user or a pseudonym.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(metavar="DAY", formats=_DAY, help="Not before this day, UTC.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    format_: Annotated[Format, typer.Option("--format", help="For people, or for programs.")] = Format.TEXT,
) -> None:
    """List what was changed, newest first."""
    from bot.cli.audit_text import as_json, as_table
    from bot.cli.thread_text import plan_of
    from bot.services.audit_log import tell

    with opened_database() as database:
        found = tell(database, about=about, by=by, since=_utc(since), limit=limit)
        people = plan_of(database)
    if format_ is Format.JSON:
        typer.echo(as_json(found))
    else:
        typer.echo(as_table(found, people) if found else "Nothing was changed, as far as the audit goes.")


@app.command(epilog=examples("andon audit verify", f"andon audit verify --checkpoint {_CHECKPOINT}"))
def verify(
    checkpoint: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER:HASH", help="One that you kept elsewhere; may be given several times."),
    ] = None,
) -> None:
    """Follow the chain and name the first link that is broken.

    Ends with 0 when every entry holds, with 1 when one does not. Whoever can write to the database can also
    make the whole chain anew: only a checkpoint that is kept elsewhere would tell.
    """
    from bot.cli.audit_text import verdict_in_words
    from bot.services.audit_log import PrunedCheckpointError, examine

    kept = [_checkpoint(each) for each in checkpoint or ()]
    with opened_database() as database:
        try:
            examined = examine(database, kept)
        except PrunedCheckpointError as error:
            fail(str(error), code=USAGE)
    if examined.verdict.broken is not None:
        fail(verdict_in_words(examined))
    typer.echo(verdict_in_words(examined))


@app.command(epilog=examples("andon audit checkpoint", "andon audit checkpoint >> /media/safe/andon.txt"))
def checkpoint() -> None:
    """Print the end of the chain, to be kept elsewhere.

    It pins all entries up to now: later `andon audit verify --checkpoint …` proves that none of them was
    touched. Entries can be pruned up to a checkpoint, and only up to one.
    """
    from bot.services.audit_sealing import NothingToSealError, make_checkpoint

    with opened_database() as database:
        try:
            typer.echo(str(make_checkpoint(database, by=user_name(), now=present())))
        except NothingToSealError as error:
            fail(str(error))


@app.command(epilog=examples('andon audit prune --before 2025-01-01 --reason "kept for a year"'))
def prune(
    before: Annotated[datetime, typer.Option(metavar="DAY", formats=_DAY, help="Older than this day, UTC.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the audit.")],
    yes: Yes = False,
) -> None:
    """Delete old entries for good, up to a checkpoint.

    What is left can still be verified: it goes on from the checkpoint.
    """
    from bot.services.audit_sealing import NoCheckpointError, prune

    if not reason.strip():
        fail("Pruning needs a reason: --reason says why, to whoever looks later.", code=USAGE)
    confirmed("This cannot be undone. Delete them?", yes=yes)
    with opened_database() as database:
        try:
            base, gone = prune(
                database, before=_utc(before) or present(), by=user_name(), why=reason, now=present()
            )
        except NoCheckpointError as error:
            fail(str(error))
    typer.echo(f"Deleted {gone:,} entries; the audit begins behind {base}.")


@app.command(epilog=examples("andon audit forget maria", "andon audit forget maria --with-reasons --yes"))
def forget(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Their key, or user:NAME, or a pseudonym.")],
    with_reasons: Annotated[
        bool, typer.Option("--with-reasons", help="Also erase every reason that they gave.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Forget a person; what they did stays, without a name.

    Reasons in which their key, name, e-mail or Slack id stands are erased, whoever gave them. Timelines,
    decisions and earlier versions of the plan are no part of the audit and still name them: see
    docs/audit.md.
    """
    from bot.cli.audit_text import forgotten_in_words, names_of
    from bot.cli.thread_text import plan_of
    from bot.services.forgetting import UnknownToAuditError, forget

    confirmed(f"This cannot be undone. Forget {person}?", yes=yes)
    with opened_database() as database:
        names = names_of(person, plan_of(database))
        try:
            done = forget(
                database, person, names=names, with_reasons=with_reasons, by=user_name(), now=present()
            )
        except UnknownToAuditError as error:
            fail(str(error))
    typer.echo(forgotten_in_words(person, done))


def _checkpoint(text: str) -> Checkpoint:
    from rules.audit_chain import Checkpoint

    try:
        return Checkpoint.parse(text)
    except ValueError as error:
        fail(f"{error}.", code=USAGE)


def _utc(moment: datetime | None) -> datetime | None:
    from datetime import UTC

    return moment.replace(tzinfo=UTC) if moment else None
