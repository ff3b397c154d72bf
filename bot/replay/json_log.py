"""A log of JSON lines: one event a line, in the words of `POST /v1/events`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.control_plan import Problem
from bot.replay.recorded import LogError, Recorded, in_order, recorded
from handlers.intake.fields import moment

_RECEIVED_AT = "received_at"


def read_json_lines(text: str, *, file: str) -> list[Recorded]:
    """All events in the order of receipt; empty lines are none. Raises LogError with every problem."""
    problems: list[Problem] = []
    found: list[Recorded] = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        read = _read_line(line, number) if line.strip() else []
        if isinstance(read, Recorded):
            found.append(read)
        else:
            problems += [Problem(file, number, 1, "", message) for message in read]
    if problems:
        raise LogError(problems)
    return in_order(found)


def _read_line(line: str, number: int) -> Recorded | list[str]:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError) as error:
        return [f"is no JSON: {error}"]
    if not isinstance(document, dict):
        return ["must be an object: one event"]
    try:
        received_at = _received_at(document)
    except ValueError as error:
        return [f"{_RECEIVED_AT}: {error}"]
    event = {name: value for name, value in document.items() if name != _RECEIVED_AT}
    return recorded(event, line=number, received_at=received_at)


def _received_at(document: Mapping[str, Any]) -> datetime | None:
    return moment(document[_RECEIVED_AT]) if _RECEIVED_AT in document else None
