"""The small vocabulary that every part of the control plan is written in."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from rules.durations import DURATION_PATTERN, format_duration, parse_duration

KEY_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,63}$"
RULE_KEY_PATTERN = r"^[a-z0-9][a-z0-9._:-]{0,139}$"
SLACK_ID_PATTERN = r"^[UW][A-Z0-9]{5,}$"
EMAIL_PATTERN = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
CHANNEL_PATTERN = r"^(#[^\sA-Z#@,.!?'\"]{1,80}|[CG][A-Z0-9]{7,})$"


class Declared(BaseModel):
    """Part of a control plan: never changed once read, and no key is silently ignored."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )


class Severity(StrEnum):
    """How bad it is. Compare by `rank`: as text, "high" would come before "low" by the alphabet."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """3 for critical down to 0 for low."""
        return _RANKS[self]


_RANKS: Mapping[Severity, int] = MappingProxyType(
    {Severity.LOW: 0, Severity.MEDIUM: 1, Severity.HIGH: 2, Severity.CRITICAL: 3}
)


def _read_duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    if value == 0 and not isinstance(value, bool):
        return timedelta()
    if isinstance(value, str):
        return parse_duration(value)
    raise ValueError(f"{value!r} is not a duration; write a number with a unit, such as 30s, 5m, 1h30m or 7d")


def _positive(duration: timedelta) -> timedelta:
    if duration <= timedelta():
        raise ValueError("must be longer than nothing, such as 30s or 5m")
    return duration


def _explain_empty_channel(value: object) -> object:
    if value is None:
        raise ValueError(
            'is empty: YAML takes # for a comment, so put the name in quotes, such as "#filling"'
        )
    return value


def _wrap_one(value: object) -> object:
    return [value] if isinstance(value, str) else value


Duration = Annotated[
    timedelta,
    BeforeValidator(_read_duration),
    PlainSerializer(format_duration, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN, "examples": ["30s", "5m", "1h30m", "7d"]}),
]
PositiveDuration = Annotated[Duration, AfterValidator(_positive)]

Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
Channel = Annotated[str, BeforeValidator(_explain_empty_channel), StringConstraints(pattern=CHANNEL_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]


def one_or_more(schema_of_one: dict[str, Any]) -> Any:
    """Annotation for a list that may be written as a single word, and its JSON Schema."""
    many = {"type": "array", "items": schema_of_one}
    return (BeforeValidator(_wrap_one), WithJsonSchema({"anyOf": [schema_of_one, many]}))


_wrap, _texts_schema = one_or_more({"type": "string"})
Texts = Annotated[tuple[Text, ...], _wrap, _texts_schema]
