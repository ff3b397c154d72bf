"""Pydantic's complaints about a plan, in the words of people who write plans."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from bot.control_plan.vocabulary import allowed_keys, description
from rules.control_plan.words import (
    CHANNEL_PATTERN,
    EMAIL_PATTERN,
    KEY_PATTERN,
    RULE_KEY_PATTERN,
    SLACK_ID_PATTERN,
)
from rules.coverage import Path
from rules.coverage.finding import suggestion

_SHAPES = {
    KEY_PATTERN: "is no key; keys are lower-case letters, digits, '.', '_' and '-', such as line-2",
    RULE_KEY_PATTERN: "is no key; keys are lower-case letters, digits, '.', '_' and '-', such as line-down",
    CHANNEL_PATTERN: 'is no Slack channel; write "#name" in quotes and lower case, or an id like C012AB3CD',
    SLACK_ID_PATTERN: "is no Slack member id; they look like U012AB3CD",
    EMAIL_PATTERN: "is no e-mail address",
}
_SHOWN_AT_MOST = 60


def complaint(error: ErrorDetails) -> str:
    """What is wrong with the value at the error's place, and what is allowed there."""
    write = _WRITERS.get(error["type"])
    return write(error) if write else f"{_shown(error)}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def is_echo(error: ErrorDetails) -> bool:
    """Pydantic calls a list too short when its entries are unreadable, which has been said by then."""
    return error["type"] == "too_short" and bool(error["input"])


def _missing(error: ErrorDetails) -> str:
    said = description(_path(error))
    return f"is missing; {said[:1].lower()}{said[1:]}" if said else "is missing; it is required"


def _unknown_key(error: ErrorDetails) -> str:
    path = _path(error)
    allowed = allowed_keys(path[:-1])
    hint = f"; {suggestion(str(path[-1]), allowed)}" if allowed else ""
    return f"is not a key that is known here{hint}"


def _wrong_shape(error: ErrorDetails) -> str:
    pattern = str(error.get("ctx", {}).get("pattern"))
    said = _SHAPES.get(pattern, f"does not have the form {pattern}")
    return f"{_shown(error)} {said}"


def _not_text(error: ErrorDetails) -> str:
    if error["input"] is None:
        return 'is empty; a value that begins with # needs quotes, such as "#filling"'
    if isinstance(error["input"], dict):
        return 'must be text; a template that begins with {{ needs quotes, such as "{{ event.subject }}"'
    return f"must be text, not {_shown(error)}; put it in quotes"


def _own_words(error: ErrorDetails) -> str:
    return str(error.get("ctx", {}).get("error", error["msg"]))


def _must_be(what: str) -> Callable[[ErrorDetails], str]:
    return lambda error: f"must be {what}, not {_shown(error)}"


def _one_of(error: ErrorDetails) -> str:
    return f"{_shown(error)} is not allowed; write {error.get('ctx', {}).get('expected')}"


def _out_of_range(error: ErrorDetails) -> str:
    limits = error.get("ctx", {})
    least, most = limits.get("ge"), limits.get("le")
    return f"must be at {f'least {least}' if least is not None else f'most {most}'}, not {_shown(error)}"


def _too_few(_: ErrorDetails) -> str:
    return "is empty; at least one entry is needed"


def _path(error: ErrorDetails) -> Path:
    return tuple(error["loc"])


def _shown(error: ErrorDetails) -> str:
    value: Any = error["input"]
    text = (
        {True: "true", False: "false", None: "nothing"}.get(value) if value in (True, False, None) else None
    )
    written = text if isinstance(value, bool | None) and text else repr(value)
    return written if len(written) <= _SHOWN_AT_MOST else written[: _SHOWN_AT_MOST - 1] + "…"


_WRITERS: Mapping[str, Callable[[ErrorDetails], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "string_pattern_mismatch": _wrong_shape,
    "string_type": _not_text,
    "value_error": _own_words,
    "enum": _one_of,
    "literal_error": _one_of,
    "greater_than_equal": _out_of_range,
    "less_than_equal": _out_of_range,
    "too_short": _too_few,
    "string_too_short": _too_few,
    "tuple_type": _must_be("a list"),
    "mapping_type": _must_be("a table of keys and values"),
    "dict_type": _must_be("a table of keys and values"),
    "model_type": _must_be("a table of keys and values"),
    "model_attributes_type": _must_be("a table of keys and values"),
    "int_type": _must_be("a whole number"),
    "int_parsing": _must_be("a whole number"),
    "int_from_float": _must_be("a whole number"),
    "float_type": _must_be("a number"),
    "float_parsing": _must_be("a number"),
    "bool_type": _must_be("true or false"),
    "bool_parsing": _must_be("true or false"),
}
