"""Quarantine: stop everything that leaves for Slack, look at what waits, let it go."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import USAGE, agreed, examples, fail, moment, opened_database, present, table, user_name

if TYPE_CHECKING:
    from bot.services.quarantine import Held
    from bot.store.database import Database

ALL = "all"

app = typer.Typer()


@app.command(epilog=examples('andon delivery quarantine --reason "a rule runs wild"'))
def quarantine(
    reason: Annotated[str, typer.Option(prompt=True, help="Why; everybody who looks will see it.")],
) -> None:
    """Send nothing more to Slack until a release.

    Counts at once for every replica. Events are taken and presses count as always, but nothing of it is
    shown; clocks stand still. /readyz answers 503, and the heartbeat is withheld.
    """
    from bot.services.quarantine import begin

    with opened_database() as database:
        there = begin(database, by=user_name(), reason=reason, now=present())
    typer.echo(f"In quarantine since {moment(there.since)} by {there.by}: {there.reason}")
    typer.echo("`andon delivery release` shows what waits, asks, and lets it go.")


@app.command(
    epilog=examples(
        "andon delivery release",
        "andon delivery release --drop 4h",
        "andon delivery release --drop all --yes",
    )
)
def release(
    drop: Annotated[
        str | None,
        typer.Option(metavar="AGE|all", help="Give up words older than this, such as 4h, or all."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Show what waits, ask, and let it leave for Slack.

    Cards and Home tabs are never dropped: they show how things stand and call nobody. Clocks that ran out
    meanwhile ring late: each exception climbs one tier at most, and each person gets one message for all.
    """
    from bot.services.quarantine import NotQuarantinedError, held
    from bot.services.quarantine import release as let_go

    now = present()
    before = _moment_before(drop, now)
    with opened_database() as database:
        try:
            typer.echo(_shown(held(database, now, drop_before=before), drop))
            if not yes and not agreed("Let this leave for Slack?"):
                fail("Nothing was sent; the quarantine stands.")
            dropped = let_go(
                database, by=user_name(), operators=_operators(database), now=now, drop_before=before
            )
        except NotQuarantinedError as error:
            fail(str(error))
    typer.echo(f"Released{f'; {dropped} dropped' if dropped else ''}. It leaves at Slack's pace.")


def _moment_before(drop: str | None, now: datetime) -> datetime | None:
    from rules.durations import DurationError, parse_duration

    if drop is None:
        return None
    if drop == ALL:
        return datetime.max.replace(tzinfo=UTC)
    try:
        return now - parse_duration(drop)
    except (DurationError, OverflowError) as error:
        fail(f"--drop {drop}: {error}. Write an age such as 4h, or {ALL}.", code=USAGE)


def _shown(held: Held, drop: str | None) -> str:
    there = held.quarantine
    head = f"In quarantine since {moment(there.since)} by {there.by}: {there.reason}"
    rows = [(each.target, each.purpose, each.total, moment(each.oldest)) for each in held.waiting]
    total = sum(each.total for each in held.waiting)
    waiting = table([("TO", "WHAT", "HOW MANY", "OLDEST"), *rows]) if rows else "No message waits."
    left = f" after --drop {drop}" if drop else ""
    ends = f"{total} would leave{left}. Cards are counted too: they are drawn as things stand then."
    clocks = f"Clocks of {held.overdue} exceptions have run out and would ring late." if held.overdue else ""
    return "\n".join([head, "", waiting, "", ends, *([clocks] if clocks else [])])


def _operators(database: Database) -> str | None:
    """Where the catch-all is told; without a plan nobody can be."""
    from bot.cli.thread_text import plan_of

    plan = plan_of(database)
    return plan.index.plan.catch_all.channel if plan.version else None
