"""What is wrong with a request, as RFC 9457 problem JSON: what happened, what it means, what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

LONGEST_VALUE = 200
MOST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class FieldError:
    """A field that breaks a rule: its path, such as `[3].data.values[0]`, and what stood there."""

    field: str
    value: str | None
    rule: str

    def as_json(self) -> dict[str, Any]:
        """The answered form."""
        return {"field": self.field, "value": self.value, "rule": self.rule}


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem document. `kind` ends its type: clients may branch on it, so it never changes."""

    kind: str
    status: int
    title: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The document; the first errors speak for the rest."""
        document: dict[str, Any] = {
            "type": f"urn:andon:problem:{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            document["errors"] = [error.as_json() for error in self.errors[:MOST_ERRORS]]
        return document

    def response(self) -> Response:
        """The answer that says so."""
        return JSONResponse(
            self.as_json(), self.status, headers=dict(self.headers), media_type="application/problem+json"
        )


class ProblemError(Exception):
    """The request as a whole cannot be taken; nothing of it was."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.title}: {problem.detail}")
        self.problem = problem


def shown(value: object) -> str:
    """A value from outside, bounded and printable whatever it is, so that its sender recognizes it."""
    if isinstance(value, dict):
        return f"an object with {len(value)} fields"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return printable(text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…")


def printable(text: str) -> str:
    """The text with half surrogate pairs, which UTF-8 cannot carry, written out as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def path_of(parts: Iterable[str | int]) -> str:
    """How a field is named to its sender: `data.readings[3].name`."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{shown(part)}" if path else shown(part)
    return path
