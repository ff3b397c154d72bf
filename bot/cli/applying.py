"""`andon apply`: show the difference, ask, put the plan in force."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from bot.cli.plan_base import read_base, with_base
from bot.cli.plan_reading import plan_text, refuse
from bot.cli.terminal import USAGE, fail, opened_database, present, write_file
from bot.control_plan import ControlPlanError
from bot.services.planning import PlanChange, ReasonMissingError, apply_plan, plan_difference
from bot.store.database import Database
from bot.store.plan_versions import StaleBaseError


def apply_file(path: Path, *, reason: str, base: int | None, by: str, yes: bool) -> None:
    """Apply a file; `base` wins over what the file says it builds on. Ends the command when refused."""
    if not reason.strip():
        fail("A change needs a reason: --reason says why, to whoever looks later.", code=USAGE)
    text = plan_text(path)
    noted = read_base(text)
    with opened_database() as database:
        try:
            change = plan_difference(database, text, file=str(path), base=noted if base is None else base)
            if not change.is_change:
                typer.echo(f"Nothing to apply: version {change.base} says the same.")
                return
            _show(change)
            _ask(yes=yes)
            version = _apply(database, path, text, change, by=by, reason=reason)
        except ControlPlanError as error:
            refuse(error.problems)
        except (StaleBaseError, ReasonMissingError) as error:
            fail(str(error))
    typer.echo(f"Version {version} is in force; a running bot follows within seconds.")
    if noted is not None:
        write_file(path, with_base(text, version))


def _apply(database: Database, path: Path, text: str, change: PlanChange, *, by: str, reason: str) -> int:
    """What was shown is what is applied: the base is the version that it was compared with."""
    applied = apply_plan(
        database, text=text, file=str(path), base=change.base, by=by, reason=reason, now=present()
    )
    return applied.version


def _show(change: PlanChange) -> None:
    if change.base == 0:
        typer.echo("No plan is in force yet; this will be version 1.")
        return
    typer.echo(f"Against version {change.base}:")
    for difference in change.differences:
        typer.echo(f"  {difference}")


def _ask(*, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        fail("Nobody is here to ask. Add --yes to apply this without asking.", code=USAGE)
    typer.confirm("Put it in force?", abort=True)
