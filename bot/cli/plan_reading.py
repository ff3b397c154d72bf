"""Reading a plan file for a command; what is wrong with it is printed, and the command ends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import typer

from bot.cli.terminal import PROBLEMS
from bot.control_plan import ControlPlanError, Problem, load
from rules.control_plan import ControlPlan


def plan_text(path: Path) -> str:
    """The text of the file, which must be UTF-8."""
    content = path.read_bytes()
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        refuse([Problem(str(path), line, column, "", "is not UTF-8 text; save the file as UTF-8")])


def checked(text: str, file: str) -> ControlPlan:
    """The plan without errors."""
    try:
        return load(text, file=file)
    except ControlPlanError as error:
        refuse(error.problems)


def refuse(problems: Sequence[Problem]) -> NoReturn:
    """Print the problems where editors and scripts read them, and how many there are where people do."""
    for problem in problems:
        typer.echo(str(problem))
    typer.echo("1 error" if len(problems) == 1 else f"{len(problems)} errors", err=True)
    raise typer.Exit(PROBLEMS)
