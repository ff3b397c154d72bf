"""A CSV log read by its declared mapping: every row becomes an event, or an error with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from bot.control_plan import Problem
from bot.replay.mapping import LogMapping, Row
from bot.replay.recorded import LogError, Recorded, in_order, recorded
from rules.coverage.finding import suggestion


def read_csv(text: str, mapping: LogMapping, *, file: str) -> list[Recorded]:
    """All rows in the order of receipt; raises LogError with every problem, and then nothing is usable."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True, restval="")
    _check_header(_names(rows, file), mapping, file)
    problems: list[Problem] = []
    found: list[Recorded] = []
    for line, row in _numbered(rows, file):
        read = _read_row(row, mapping, line)
        if isinstance(read, Recorded):
            found.append(read)
        else:
            problems += [Problem(file, line, 1, "", message) for message in read]
    if problems:
        raise LogError(problems)
    return in_order(found)


def _names(rows: csv.DictReader[str], file: str) -> Sequence[str]:
    """The cells of the first line."""
    try:
        return rows.fieldnames or ()
    except csv.Error as error:
        raise LogError([Problem(file, 1, 1, "", f"is no CSV: {error}")]) from None


def _numbered(rows: csv.DictReader[str], file: str) -> Iterator[tuple[int, Row]]:
    """Rows with the line on which they end; a broken one ends the reading."""
    try:
        for row in rows:
            yield rows.line_num, row
    except csv.Error as error:
        raise LogError([Problem(file, rows.line_num, 1, "", f"is no CSV: {error}")]) from None


def _check_header(names: Any, mapping: LogMapping, file: str) -> None:
    missing = [column for column in dict.fromkeys(mapping.columns()) if column not in names]
    if missing:
        raise LogError(
            [
                Problem(file, 1, 1, "", f"has no column {each!r}; {suggestion(each, names)}")
                for each in missing
            ]
        )


def _read_row(row: Row, mapping: LogMapping, line: int) -> Recorded | list[str]:
    if None in row:
        return ["has more cells than the header; quote cells that hold a comma"]
    try:
        document: dict[str, Any] = {
            "time": mapping.time.moment(row).isoformat(),
            "source": mapping.source.text(row),
            "type": mapping.type.text(row),
            "subject": mapping.subject.text(row) or None,
            "data": {name: cell.value(row) for name, cell in mapping.data.items() if cell.text(row)},
        }
        if mapping.id is not None:
            document["id"] = mapping.id.text(row)
        received_at = mapping.received.moment(row) if mapping.received else None
    except ValueError as error:
        return [str(error)]
    return recorded(document, line=line, received_at=received_at)
