"""Digests of sessions on the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.terminal import USAGE, examples, fail, moment, opened_database, present

app = typer.Typer()


@app.command(epilog=examples("andon digest tier-2 --dry-run", "andon digest tier-2 --last 2"))
def digest(
    session: Annotated[str, typer.Argument(metavar="SESSION", help="Its key in the control plan.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Make it now, without posting or keeping it.")
    ] = False,
    last: Annotated[int, typer.Option(min=1, help="1 for the newest posted, 2 for the one before.")] = 1,
) -> None:
    """Print what a session must decide.

    As it was posted last, or with --dry-run as it would be now.
    """
    from bot.cli.thread_text import plan_of
    from bot.messages.digests import in_plain_words
    from bot.services.digests import NoDigestError, UnknownSessionError, find_session, posted, preview

    with opened_database() as database:
        plan = plan_of(database)
        try:
            wanted = find_session(plan, session)
            if dry_run:
                message, _ = preview(database, wanted, plan=plan, now=present())
            else:
                message, stored = posted(database, wanted, last)
                typer.echo(f"Posted {moment(stored.built_at)}\n")
        except UnknownSessionError as error:
            fail(str(error), code=USAGE)
        except NoDigestError as error:
            fail(str(error))
    typer.echo(in_plain_words(message))
