"""Control plans as files: write a first one, check it, apply it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.terminal import USAGE, examples, fail, user_name, write_file

app = typer.Typer()

PlanFile = Annotated[
    Path, typer.Argument(metavar="PLAN", exists=True, dir_okay=False, readable=True, help="A YAML file.")
]


@app.command(
    epilog=examples("andon check control-plan.yaml", "andon check examples/bottling-plant/control-plan.yaml")
)
def check(plan: PlanFile) -> None:
    """Check a control plan; print every error.

    Errors are written as `file:line:column: path: what is wrong, what is allowed`, and end with exit code 1.
    Without errors it says what the plan covers. Needs neither settings nor a database.
    """
    from bot.cli.plan_reading import checked, plan_text
    from bot.cli.plan_summary import summary

    loaded = checked(plan_text(plan), str(plan))
    typer.echo(f"{plan}: no errors.\n{summary(loaded)}")


@app.command(
    epilog=examples(
        'andon apply control-plan.yaml --reason "third line in the night shift"',
        'andon apply control-plan.yaml --reason "release 14" --base 13 --yes',
    )
)
def apply(
    plan: PlanFile,
    reason: Annotated[str, typer.Option(help="Why; it stays with the version for good.")],
    base: Annotated[
        int | None,
        typer.Option(min=0, help="The version that the file builds on; refused when another is in force."),
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who; by default the user of this machine.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Show what a control plan changes; put it in force.

    A running bot follows by itself. A file that came from `andon plan pull` says itself what it builds on.
    """
    from bot.cli.applying import apply_file

    apply_file(plan, reason=reason, base=base, by=by or user_name(), yes=yes)


@app.command(
    epilog=examples(
        "andon init",
        'andon init --site "Riverside" --channel "#andon" --name "Ana Silva" --email ana@plant.example',
    )
)
def init(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The file to write.")] = Path(
        "control-plan.yaml"
    ),
    site: Annotated[str, typer.Option(help="Name of the plant.")] = "My plant",
    timezone: Annotated[str, typer.Option(help="Where the plant lives.")] = "Europe/Berlin",
    channel: Annotated[str, typer.Option(help="A Slack channel to begin with.")] = "#andon",
    name: Annotated[str, typer.Option(help="Your name, to begin with one person.")] = "Your name",
    email: Annotated[str, typer.Option(help="The address by which Slack knows you.")] = "you@example.com",
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Write a first control plan, small and explained line by line."""
    from bot.cli.plan_reading import checked
    from bot.control_plan import first_plan
    from bot.control_plan.first_plan import FirstPerson

    if plan.exists() and not force:
        fail(f"{plan} exists; name another file, or overwrite it with --force.", code=USAGE)
    text = first_plan(site=site, timezone=timezone, channel=channel, people=[FirstPerson(name, email=email)])
    checked(text, str(plan))
    write_file(plan, text)
    typer.echo(f"Wrote {plan}. Make it yours, then:\n  andon check {plan}")
    typer.echo(f'  andon db upgrade\n  andon apply {plan} --reason "first plan"')
