"""The command `andon replay`: a recorded log against a control plan, without Slack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import USAGE, examples, fail

if TYPE_CHECKING:
    from bot.replay.account import Account
    from bot.replay.crew import Habits
    from bot.replay.recorded import Recorded
    from rules.control_plan import ControlPlan
    from rules.suppressions import Suppression

app = typer.Typer()


class Format(StrEnum):
    """How the account is printed."""

    TEXT = "text"
    JSON = "json"


Log = Annotated[
    Path, typer.Argument(metavar="LOG", exists=True, dir_okay=False, readable=True, help="CSV or JSON lines.")
]
Plan = Annotated[
    Path, typer.Option(metavar="FILE", exists=True, dir_okay=False, help="The control plan to try.")
]
Mapping = Annotated[
    Path | None,
    typer.Option(
        "--map", metavar="FILE", exists=True, dir_okay=False, help="How a CSV's columns become events."
    ),
]
Maintenance = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WINDOW",
        help='Hold back what happens then: "FROM/UNTIL WHAT REASON", in the time of the plant. Any number.',
    ),
]
Responder = Annotated[
    str | None, typer.Option(metavar="DURATION", help="Owners acknowledge after this long.")
]
ResolveAfter = Annotated[
    str | None, typer.Option(metavar="DURATION", help="And resolve this long after that.")
]
Begin = Annotated[str | None, typer.Option("--from", metavar="TIME", help="Leave out what is earlier.")]
End = Annotated[
    str | None, typer.Option("--to", metavar="TIME", help="Leave out what is later; clocks run until then.")
]
Output = Annotated[Format, typer.Option("--format", help="What to print.")]


@app.command(
    epilog=examples(
        "andon replay log.jsonl --plan control-plan.yaml",
        "andon replay alarms.csv --plan control-plan.yaml --map alarms.map.yaml --responder 5m",
        "andon replay log.jsonl --plan control-plan.yaml "
        '--maintenance "2026-03-02 22:00/2026-03-03 06:00 line-2 lubrication"',
    )
)
def replay(
    log: Log,
    plan: Plan,
    mapping: Mapping = None,
    output: Output = Format.TEXT,
    responder: Responder = None,
    resolve_after: ResolveAfter = None,
    maintenance: Maintenance = None,
    begin: Begin = None,
    end: End = None,
) -> None:
    """Run a recorded log through a control plan.

    Rules, signals and clocks are those of production, in recorded time; nothing is sent to anybody, and
    nothing is left behind. Prints what opened, when, who was told, and what became of every event.
    """
    from bot.cli.plan_reading import checked, plan_text

    habits = _habits(responder, resolve_after)
    since, until = _moment(begin), _moment(end)
    declared = checked(plan_text(plan), str(plan))
    windows = _windows(maintenance or [], declared)
    rows = [
        row
        for row in _rows(log, mapping)
        if (since is None or row.received_at >= since) and (until is None or row.received_at <= until)
    ]
    account = _replayed(rows, declared, habits, until, windows)
    typer.echo(_printed(account, rows, output))


def _windows(texts: list[str], plan: ControlPlan) -> list[Suppression]:
    from bot.replay.windows import read_window
    from rules.plan_index import PlanIndex
    from rules.suppressions import SuppressionError

    index = PlanIndex(plan)
    try:
        return [read_window(text, index) for text in texts]
    except SuppressionError as error:
        fail(f"--maintenance: {error}", code=USAGE)


def _replayed(
    rows: list[Recorded],
    plan: ControlPlan,
    habits: Habits | None,
    until: datetime | None,
    windows: list[Suppression],
) -> Account:
    from bot.replay.replaying import replay
    from bot.replay.scratch import scratch_database
    from bot.services.plan_in_force import PlanInForce
    from bot.telemetry import configure

    configure(level="ERROR")
    in_force = PlanInForce.compile(1, plan, {})
    with scratch_database() as database, _progress(len(rows)) as told:
        return replay(
            database, rows, plan=in_force, habits=habits, until=until, told=told, suppressions=windows
        )


def _rows(log: Path, mapping: Path | None) -> list[Recorded]:
    from bot.cli.plan_reading import plan_text, refuse
    from bot.replay.csv_log import read_csv
    from bot.replay.json_log import read_json_lines
    from bot.replay.mapping import read_mapping
    from bot.replay.recorded import LogError

    if mapping is None and log.suffix.lower() == ".csv":
        fail(
            "A CSV log needs --map: a file that says which column is what. docs/replay.md shows one.",
            code=USAGE,
        )
    try:
        if mapping is None:
            return read_json_lines(plan_text(log), file=str(log))
        declared = read_mapping(plan_text(mapping), file=str(mapping))
        return read_csv(plan_text(log), declared, file=str(log))
    except LogError as error:
        refuse(error.problems)


def _printed(account: Account, rows: list[Recorded], output: Format) -> str:
    import json

    from bot.cli.replay_text import account_text
    from bot.replay.account_json import as_json

    if output is Format.TEXT:
        return account_text(account, rows)
    return json.dumps(as_json(account), indent=2, ensure_ascii=False)


def _habits(responder: str | None, resolve_after: str | None) -> Habits | None:
    from bot.replay.crew import Habits
    from rules.durations import DurationError, parse_duration

    if responder is None:
        if resolve_after is not None:
            fail("--resolve-after goes with --responder: who resolves has acknowledged first.", code=USAGE)
        return None
    try:
        return Habits(parse_duration(responder), parse_duration(resolve_after) if resolve_after else None)
    except DurationError as error:
        fail(str(error), code=USAGE)


def _moment(text: str | None) -> datetime | None:
    """A time as people type it; without an offset it is UTC."""
    from datetime import UTC

    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        fail(f"{text!r} is no time; write one such as 2026-03-01T06:00.", code=USAGE)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while somebody watches; nothing in a pipe."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        "Replaying", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=total)
        yield lambda count: bar.advance(task, count)
