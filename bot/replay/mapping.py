"""The declared mapping of a CSV log: which column is the time, the type, the subject, and what is data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from bot.control_plan import Problem
from bot.control_plan.positions import node_at
from bot.control_plan.yaml_tree import Node, Spot, YamlError, read_tree
from bot.control_plan.yaml_values import plain_value
from bot.replay.recorded import LogError
from rules.control_plan.words import Declared, Text

Row = Mapping[str, str]

_WORDS = {
    "missing": "is missing; a mapping names at least time, type and subject",
    "extra_forbidden": "is not known here",
    "model_type": "must be a table of key: value",
    "model_attributes_type": "must be a table of key: value",
}


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError(f"{name!r} is no IANA time zone, such as Europe/Berlin or UTC") from None
    return name


def _constant(value: object) -> object:
    return {"constant": value} if isinstance(value, str) else value


class Kind(StrEnum):
    """What the text of a cell becomes in the event's data."""

    TEXT = "text"
    NUMBER = "number"


class Cell(Declared):
    """A column, or the same text for every row. `names` translates what stands in the column, by globs."""

    column: Text | None = None
    constant: Text | None = None
    names: Annotated[
        Mapping[str, Text], Field(description="Glob → what it is called; the first that fits decides.")
    ] = {}
    kind: Kind = Kind.TEXT

    @model_validator(mode="after")
    def _either(self) -> Cell:
        if (self.column is None) == (self.constant is None):
            raise ValueError("is either a text for all rows, or {column: its name}")
        return self

    def text(self, row: Row) -> str:
        """What the row says; raises ValueError when `names` has no word for it."""
        found = self.constant or row[self.column or ""].strip()
        if not self.names:
            return found
        for glob, name in self.names.items():
            if fnmatchcase(found, glob):
                return name
        raise ValueError(f"{found!r} fits none of the names {', '.join(self.names)}")

    def value(self, row: Row) -> str | float:
        """As `text`, or the number that it is; raises ValueError."""
        text = self.text(row)
        if self.kind is Kind.TEXT:
            return text
        try:
            return float(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a number") from None


OneCell = Annotated[Cell, BeforeValidator(_constant)]


class TimeCell(Declared):
    """A column of times: ISO 8601, or in `format` (strptime). Without an offset they are of `zone`."""

    column: Text
    format: str | None = None
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"

    def moment(self, row: Row) -> datetime:
        """An aware time; of the two that a clock set back shows, the earlier. Raises ValueError."""
        text = row[self.column].strip()
        try:
            time = self._parsed(text)
        except ValueError:
            wanted = f"a time in the form {self.format}" if self.format else "an ISO 8601 time"
            raise ValueError(f"{text!r} is not {wanted}") from None
        return time if time.tzinfo else time.replace(tzinfo=ZoneInfo(self.zone))

    def _parsed(self, text: str) -> datetime:
        if self.format is None:
            return datetime.fromisoformat(text)
        return datetime.strptime(text, self.format)  # noqa: DTZ007 - the caller gives it the declared zone


class LogMapping(Declared):
    """How one row of a CSV file becomes one event. Empty cells are left out of the data."""

    time: TimeCell
    received: TimeCell | None = None
    type: OneCell
    subject: OneCell
    source: OneCell = Cell(constant="replay")
    id: Annotated[OneCell | None, Field(description="By default the number of the line.")] = None
    data: Mapping[str, OneCell] = {}

    def columns(self) -> Iterator[str]:
        """Every column that the file must have."""
        cells = (self.type, self.subject, self.source, self.id, *self.data.values(), self.time, self.received)
        yield from (cell.column for cell in cells if cell is not None and cell.column is not None)


def read_mapping(text: str, *, file: str) -> LogMapping:
    """The mapping in a YAML text; raises LogError with every problem at its line."""
    try:
        tree = read_tree(text)
        value = plain_value(tree)
    except YamlError as error:
        raise LogError([Problem(file, error.spot.line, error.spot.column, "", error.message)]) from None
    try:
        return LogMapping.model_validate(value)
    except ValidationError as error:
        raise LogError([_problem(file, tree, details) for details in error.errors()]) from None


def _problem(file: str, tree: Node | None, details: ErrorDetails) -> Problem:
    spot = node_at(tree, details["loc"]).spot if tree else Spot(1, 1)
    path = ".".join(map(str, details["loc"]))
    said = _WORDS.get(details["type"]) or details["msg"].removeprefix("Value error, ")
    return Problem(file, spot.line, spot.column, path, said)
