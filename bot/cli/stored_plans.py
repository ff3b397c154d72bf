"""Control plans in the database: what is in force, what was, and what a plan may say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import USAGE, examples, fail, moment, opened_database, table, write_file

if TYPE_CHECKING:
    from bot.store.plan_versions import PlanVersion

app = typer.Typer(help="Look at the control plan in force and at earlier versions.", no_args_is_help=True)


@app.command(epilog=examples("andon plan pull", "andon plan pull plans/riverside.yaml --force"))
def pull(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The file to write.")] = Path(
        "control-plan.yaml"
    ),
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Write the version in force to a file.

    The file says what it builds on, so that applying it is refused when somebody else was faster.
    """
    from bot.cli.plan_base import with_base

    if plan.exists() and not force:
        fail(f"{plan} exists; name another file, or overwrite it with --force.", code=USAGE)
    stored = _version(None)
    write_file(plan, with_base(stored.text, stored.version))
    typer.echo(f"Wrote version {stored.version} to {plan}. After your change:")
    typer.echo(f'  andon apply {plan} --reason "…"')


@app.command(epilog=examples("andon plan show", "andon plan show 12 > version-12.yaml"))
def show(
    version: Annotated[
        int | None, typer.Argument(metavar="[VERSION]", min=1, help="By default the one in force.")
    ] = None,
) -> None:
    """Print a version of the control plan as it was applied."""
    typer.echo(_version(version).text, nl=False)


@app.command(epilog=examples("andon plan history"))
def history() -> None:
    """List all versions with who applied them, when and why."""
    from bot.services.planning import plan_versions_applied

    with opened_database() as database:
        versions = plan_versions_applied(database)
    if not versions:
        typer.echo("No control plan was applied yet. Begin with `andon init`.")
        return
    rows = [(each.version, moment(each.applied_at), each.applied_by, each.reason) for each in versions]
    typer.echo(table([("VERSION", "APPLIED", "BY", "REASON"), *rows]))


@app.command(epilog=examples("andon plan schema > control-plan.schema.json"))
def schema() -> None:
    """Print the JSON Schema of control plans.

    Editors complete and check with it while one types.
    """
    import json

    from bot.control_plan import schema

    typer.echo(json.dumps(schema(), indent=2, ensure_ascii=False))


def _version(number: int | None) -> PlanVersion:
    from bot.services.planning import UnknownVersionError, version_in_force, version_numbered

    with opened_database() as database:
        try:
            return version_in_force(database) if number is None else version_numbered(database, number)
        except UnknownVersionError as error:
            fail(str(error))
