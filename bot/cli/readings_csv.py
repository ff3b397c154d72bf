"""A CSV file of one KPI's values, read by a declared mapping: every row is a reading, or an error by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.control_plan import Problem
from rules.control_plan import Kpi
from rules.coverage.finding import suggestion
from rules.figures import parse_figure
from rules.kpis import Reading


class ReadingsFileError(Exception):
    """Rows that are no readings; `problems` names each with its line. Nothing of the file is usable."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} rows are no readings")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ReadingsFormat:
    """What the columns mean. `time_format` is strptime's, None for ISO 8601; times without an offset are
    of `zone`."""

    time_column: str
    value_column: str
    time_format: str | None
    zone: ZoneInfo
    source: str
    delimiter: str = ","


def read_readings(
    text: str, declared: ReadingsFormat, *, kpi: Kpi, now: datetime, file: str
) -> list[Reading]:
    """All rows, earliest first; raises ReadingsFileError with every problem."""
    rows = csv.DictReader(
        io.StringIO(text.removeprefix("\ufeff")), strict=True, restval="", delimiter=declared.delimiter
    )
    wanted, names = (declared.time_column, declared.value_column), _names(rows, file)
    missing = [f"has no column {each!r}; {suggestion(each, names)}" for each in wanted if each not in names]
    if missing:
        raise ReadingsFileError([Problem(file, 1, 1, "", message) for message in missing])
    table = _Table(declared, kpi, now)
    problems = [
        Problem(file, line, 1, "", said)
        for line, row in _numbered(rows, file)
        if (said := table.add(line, row))
    ]
    if problems:
        raise ReadingsFileError(problems)
    return sorted(table.readings.values(), key=lambda reading: reading.at)


class _Table:
    """Takes rows one after the other. `readings` is what they say, by time."""

    def __init__(self, declared: ReadingsFormat, kpi: Kpi, now: datetime) -> None:
        self.readings: dict[datetime, Reading] = {}
        self._declared = declared
        self._kpi = kpi
        self._now = now
        self._lines: dict[datetime, int] = {}
        self._previous: datetime | None = None

    def add(self, line: int, row: dict[str, str]) -> str | None:
        """Take a row; says what is wrong with it, if anything is."""
        if None in row:
            return "has more cells than the header; quote cells that hold the delimiter"
        try:
            at = self._moment(row[self._declared.time_column].strip())
            value = _value(row[self._declared.value_column].strip(), self._kpi.unit)
            reading = Reading(self._kpi.key, at, value, self._declared.source)
        except OverflowError:
            return "is of a time that no calendar has in UTC"
        except ValueError as error:
            return str(error)
        self._previous = at
        earlier = self.readings.setdefault(at, reading)
        first = self._lines.setdefault(at, line)
        return f"is of the same time as line {first}, with another value" if earlier != reading else None

    def _moment(self, text: str) -> datetime:
        declared = self._declared
        try:
            local = (
                datetime.strptime(text, declared.time_format)  # noqa: DTZ007 - the zone is declared apart
                if declared.time_format
                else datetime.fromisoformat(text)
            )
        except ValueError:
            raise ValueError(
                f"{text!r} is no time of the form {declared.time_format or 'ISO 8601'}"
            ) from None
        at = local.astimezone(UTC) if local.tzinfo else self._in_zone(local)
        if at > self._now:
            raise ValueError(f"{text!r} lies in the future")
        return at

    def _in_zone(self, local: datetime) -> datetime:
        """When clocks go back an hour comes twice; the row that does not move on is of the second."""
        zone = self._declared.zone
        at = local.replace(tzinfo=zone).astimezone(UTC)
        if at.astimezone(zone).replace(tzinfo=None) != local:
            raise ValueError(f"{local} does not exist in {zone.key}: the clocks went forward")
        if self._previous is not None and at <= self._previous:
            return local.replace(tzinfo=zone, fold=1).astimezone(UTC)
        return at


def _value(text: str, unit: str) -> float:
    try:
        return float(text)
    except ValueError:
        return parse_figure(text, unit)


def _names(rows: csv.DictReader[str], file: str) -> Sequence[str]:
    """The cells of the first line."""
    try:
        return rows.fieldnames or ()
    except csv.Error as error:
        raise _no_csv(1, error, file) from None


def _numbered(rows: csv.DictReader[str], file: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with the line on which they end; a broken one ends the reading."""
    try:
        for row in rows:
            yield rows.line_num, row
    except csv.Error as error:
        raise _no_csv(rows.line_num, error, file) from None


def _no_csv(line: int, error: csv.Error, file: str) -> ReadingsFileError:
    return ReadingsFileError([Problem(file, line, 1, "", f"is no CSV: {error}")])
