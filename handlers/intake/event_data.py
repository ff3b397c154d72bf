"""An event's data: any JSON, as long as both databases, conditions and people can hold it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.intake.fields import FieldsError
from handlers.intake.limits import DEEPEST_DATA
from handlers.intake.problems import FieldError, path_of, shown

_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


class _UnfitError(ValueError):
    """Something in the data breaks a rule; the path to it is gathered on the way out."""

    def __init__(self, value: object, rule: str) -> None:
        super().__init__(rule)
        self.value = value
        self.rule = rule
        self.path: list[str | int] = []


def as_data(value: object, at: Sequence[str | int] = ("data",)) -> Mapping[str, Any]:
    """The data as an object; anything else that is given becomes its `value`. Raises FieldsError."""
    try:
        _check(value, depth=1)
    except _UnfitError as unfit:
        path = path_of((*at, *reversed(unfit.path)))
        raise FieldsError((FieldError(path, shown(unfit.value), unfit.rule),)) from None
    if isinstance(value, dict):
        return value
    return {} if value is None else {"value": value}


def _check(value: object, *, depth: int) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, float):
        _check_number(value)
    elif isinstance(value, dict):
        _check_depth(value, depth)
        for key, inner in value.items():
            _check_text(key)
            _check_inside(inner, key, depth)
    elif isinstance(value, list):
        _check_depth(value, depth)
        for index, inner in enumerate(value):
            _check_inside(inner, index, depth)


def _check_inside(inner: object, key: str | int, depth: int) -> None:
    try:
        _check(inner, depth=depth + 1)
    except _UnfitError as unfit:
        unfit.path.append(key)
        raise


def _check_text(text: str) -> None:
    if not text.isascii() or "\0" in text:
        unstorable = _UNSTORABLE.search(text)
        if unstorable:
            code = f"U+{ord(unstorable[0]):04X}"
            raise _UnfitError(
                text, f"must be text that can be stored: no NUL, no half surrogate pair ({code})"
            )


def _check_number(number: float) -> None:
    if not math.isfinite(number):
        raise _UnfitError(
            number, "must be a finite number that fits into a double; JSON knows no NaN and no Infinity"
        )


def _check_depth(value: object, depth: int) -> None:
    if depth > DEEPEST_DATA:
        raise _UnfitError(value, f"must be at most {DEEPEST_DATA} levels deep")
