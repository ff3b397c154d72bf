"""The command line. Commands import what they need when they run, so that `andon --help` answers at once."""

import typer

from bot.cli import (
    auditing,
    backing_up,
    deliveries,
    exceptions,
    exporting,
    installing,
    measuring,
    meetings,
    plan_files,
    pruning,
    quarantining,
    replaying,
    running,
    stored_plans,
    suppressions,
    tokens,
)

app = typer.Typer(
    name="andon",
    help="Andon: operational escalation by exception, in Slack.",
    epilog="Begin with `andon demo`; for a real plant with `andon init`. Every command explains itself: "
    "`andon apply --help`.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for part in (
    running.app,
    plan_files.app,
    replaying.app,
    exceptions.app,
    suppressions.app,
    meetings.app,
    installing.app,
    backing_up.app,
    exporting.app,
    pruning.app,
):
    app.add_typer(part)
app.add_typer(stored_plans.app, name="plan")
app.add_typer(measuring.app, name="readings")
deliveries.app.add_typer(quarantining.app)
app.add_typer(deliveries.app, name="delivery")
app.add_typer(tokens.app, name="token")
app.add_typer(auditing.app, name="audit")
app.add_typer(installing.database, name="db")

__all__ = ["app"]
