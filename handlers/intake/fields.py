"""The kinds of fields that events are made of, and the rules each has to keep."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, TypeAdapter, ValidationError

from handlers.intake.limits import LONGEST_NAME, LONGEST_SUBJECT
from handlers.intake.problems import FieldError, path_of, shown

T = TypeVar("T")

UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and half surrogate pairs: no name has them, and databases refuse some."""

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_EXAMPLE = "such as 2026-03-01T06:00:00Z"
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_STRANGE = "is not a field of an event; put what belongs to it into data"
_WORDS = {
    "missing": "is required",
    "string_type": 'must be text, in "quotes"',
    "dict_type": "must be an object",
    "list_type": "must be a list",
}

_PYDANTIC_SAYS = ("Input should be", "must be")


class FieldsError(ValueError):
    """An object's fields break rules; `errors` names each."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        super().__init__(f"{len(errors)} fields break rules")
        self.errors = errors


def moment(value: object) -> datetime:
    """An RFC 3339 time as aware UTC; raises ValueError with the rule that it breaks."""
    match = _RFC_3339.fullmatch(value) if isinstance(value, str) else None
    if match is None or not isinstance(value, str):
        raise ValueError(f"must be an RFC 3339 time in quotes, {_EXAMPLE}")
    if match[2] is None:
        raise ValueError(f"must say its offset from UTC, {_EXAMPLE} or 2026-03-01T08:00:00+02:00")
    try:
        time = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"must be a time that exists, {_EXAMPLE} ({error})") from None
    if time < _EARLIEST:
        raise ValueError("must not be before 1970")
    return time


def checked(
    adapter: TypeAdapter[T], value: object, at: Sequence[str | int] = (), *, strange: str = _STRANGE
) -> T:
    """The value as the adapter reads it; raises FieldsError.

    `at` is where in the request it stands, `strange` what is said of a field that does not belong there.
    """
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        raise FieldsError(tuple(_field_error(dict(one), at, strange) for one in found)) from None


def _field_error(error: dict[str, Any], at: Sequence[str | int], strange: str) -> FieldError:
    if error["type"] == "extra_forbidden":
        return FieldError(path_of((*at, *error["loc"])), shown(error["input"]), strange)
    value = None if error["type"] == "missing" else shown(error["input"])
    rule = _WORDS.get(error["type"]) or error["msg"].removeprefix("Value error, ").replace(*_PYDANTIC_SAYS)
    return FieldError(path_of((*at, *error["loc"])) or "(event)", value, rule)


def _text(longest: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not text.strip():
            raise ValueError("must not be blank")
        if len(text) > longest:
            raise ValueError(f"must be at most {longest} characters, and has {len(text):,}")
        if unfit := UNFIT.search(text):
            code = f"U+{ord(unfit[0]):04X}"
            raise ValueError(
                f"must be free of control characters, and has {code} at position {unfit.start()}"
            )
        return text

    return check


def _not_ours(source: str) -> str:
    if source.startswith("slack:"):
        raise ValueError("must not begin with slack: which is kept for what people do in Slack")
    if source.startswith("andon:"):
        raise ValueError("must not begin with andon: which is kept for what Andon itself notices")
    return source


Name = Annotated[str, AfterValidator(_text(LONGEST_NAME))]
Source = Annotated[Name, AfterValidator(_not_ours)]
Subject = Annotated[str, AfterValidator(_text(LONGEST_SUBJECT))]
Moment = Annotated[datetime, BeforeValidator(moment)]
