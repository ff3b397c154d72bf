"""The commands `andon readings …`: values of KPIs from files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import USAGE, examples, fail, moment, opened_database, present, user_name

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.services.plan_in_force import PlanInForce
    from bot.services.readings import Receipt
    from bot.store.database import Database
    from rules.control_plan import Kpi
    from rules.kpis import Reading

app = typer.Typer(help="Take in values of KPIs.", no_args_is_help=True)

MOST_AT_ONCE = 20_000
"""Readings in one transaction: about half a second, for which presses wait on SQLite."""


@app.callback()
def readings() -> None:
    """Take in values of KPIs."""


@app.command(
    "import",
    epilog=examples(
        "andon readings import oee.csv --kpi oee-line-2 --time-column at --value-column oee",
        'andon readings import oee.csv --kpi oee --time-column Zeit --value-column OEE --delimiter ";" '
        '--time-format "%d.%m.%Y %H:%M"',
    ),
)
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help="CSV, UTF-8.")
    ],
    kpi: Annotated[str, typer.Option(metavar="KEY", help="Whose values they are.")],
    time_column: Annotated[str, typer.Option(metavar="NAME", help="The column of the times.")],
    value_column: Annotated[str, typer.Option(metavar="NAME", help="The column of the values.")],
    time_format: Annotated[
        str | None, typer.Option(metavar="FORMAT", help="Such as %d.%m.%Y %H:%M; ISO 8601 if left out.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Of times without an offset; the plant's if left out.")
    ] = None,
    source: Annotated[str, typer.Option(help="What the readings say they come from.")] = "csv",
    delimiter: Annotated[str, typer.Option(help="What stands between two cells.")] = ",",
    in_parts: Annotated[
        bool,
        typer.Option("--in-parts", help=f"Take more than {MOST_AT_ONCE:,} rows, part by part."),
    ] = False,
) -> None:
    """Import the values of one KPI from a CSV file: all of it, or nothing.

    One wrong row, or a database that goes away in the middle, and nothing is imported. Importing a file
    again is harmless; another value for the same time is a correction. A file has at most 20,000 rows, so
    that nobody who presses a button meanwhile waits long. With --in-parts it may have more: every row is
    checked first as always, then each part of 20,000 is imported whole or not at all; should it end early,
    import the same file again.
    """
    from bot.cli.plan_reading import plan_text, refuse
    from bot.cli.readings_csv import ReadingsFileError, ReadingsFormat, read_readings
    from bot.cli.thread_text import plan_of

    if len(delimiter) != 1:
        fail('--delimiter is one character, such as ";".', code=USAGE)
    with opened_database() as database:
        plan = plan_of(database)
        declared = ReadingsFormat(
            time_column, value_column, time_format, _zone(timezone, plan), source, delimiter
        )
        wanted = _known(kpi, plan)
        try:
            found = read_readings(plan_text(file), declared, kpi=wanted, now=present(), file=str(file))
        except ReadingsFileError as error:
            refuse(error.problems)
        if len(found) > MOST_AT_ONCE and not in_parts:
            fail(
                f"{file} has {len(found):,} rows, and {MOST_AT_ONCE:,} can be imported all or nothing. "
                "Nothing was imported. Split the file, or let it be imported part by part with --in-parts.",
                code=USAGE,
            )
        typer.echo(_summary(_written(database, found, plan), wanted))


def _written(database: Database, found: Sequence[Reading], plan: PlanInForce) -> list[Receipt]:
    from bot.services.readings import import_readings

    receipts: list[Receipt] = []
    for start in range(0, len(found), MOST_AT_ONCE):
        part = found[start : start + MOST_AT_ONCE]
        receipts += import_readings(database, part, by=user_name(), plan=plan, now=present())
    return receipts


def _summary(receipts: Sequence[Receipt], kpi: Kpi) -> str:
    from bot.services.readings import Written

    counts = Counter(receipt.written for receipt in receipts)
    new, corrected, known = (counts[written] for written in Written)
    lines = [f"{kpi.name}: {new:,} new, {corrected:,} corrected, {known:,} known already."]
    if receipts:
        lines.append(f"The latest is of {moment(receipts[-1].reading.at)}.")
    told = [became for receipt in receipts for became in receipt.became if became.thread_id is not None]
    return "\n".join([*lines, *dict.fromkeys(became.words for became in told)])


def _known(key: str, plan: PlanInForce) -> Kpi:
    from rules.coverage.finding import suggestion

    kpi = plan.index.kpi(key)
    if kpi is None:
        known = [each.key for each in plan.index.plan.kpis]
        fail(f"The plan in force has no KPI {key!r}; {suggestion(key, known)}", code=USAGE)
    return kpi


def _zone(name: str | None, plan: PlanInForce) -> ZoneInfo:
    from zoneinfo import ZoneInfo

    wanted = name or plan.index.plan.site.timezone
    try:
        return ZoneInfo(wanted)
    except (LookupError, ValueError, OSError):
        fail(f"{wanted!r} is no IANA time zone, such as Europe/Berlin.", code=USAGE)
