"""The figures that the plant is run by, and when one of them is an exception."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from rules.control_plan.detection import DoneWhen, Owner
from rules.control_plan.words import Declared, Duration, Key, Name, PositiveDuration, Severity, Text

_PERCENT_PATTERN = r"^[0-9]{1,4}(\.[0-9]{1,6})? ?%$"


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"


def _percent(value: object) -> object:
    text = value.strip().removesuffix("%").strip() if isinstance(value, str) else ""
    if not isinstance(value, str) or not re.fullmatch(_PERCENT_PATTERN, value.strip()):
        raise ValueError(f'{value!r} is not a share of the target; write one such as "5%"')
    return f"{float(text):g}%"


LARGEST = 1e15
"""What no figure of a plant is beyond; so nothing that is worked out from two of them overflows."""

Finite = Annotated[float, Field(allow_inf_nan=False, ge=-LARGEST, le=LARGEST)]
Percent = Annotated[
    str,
    BeforeValidator(_percent),
    WithJsonSchema({"type": "string", "pattern": _PERCENT_PATTERN, "examples": ["5%", "2.5%"]}),
]


def _exactly_one(part: Declared, *names: str) -> None:
    given = [name for name in names if getattr(part, name) is not None]
    if len(given) != 1:
        raise ValueError(
            f"needs exactly one of {' and '.join(names)}, and has {' and '.join(given) or 'none'}"
        )


class Level(Declared):
    """Beyond a fixed value."""

    below: Finite | None = None
    above: Finite | None = None

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        _exactly_one(self, "below", "above")
        return self


class Clear(Declared):
    """How far back it must come before it counts as well again."""

    level: Annotated[Finite | None, Field(description="A value on the good side of the breach.")] = None
    miss: Annotated[Percent | None, Field(description="A smaller share of the target.")] = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        _exactly_one(self, "level", "miss")
        return self


class Threshold(Declared):
    """When a KPI is an exception. It becomes an ordinary rule on its readings."""

    key: Key
    level: Annotated[
        Level | None, Field(description="Off below or above a value.", examples=[{"below": 65}])
    ] = None
    miss: Annotated[
        Percent | None,
        Field(description="Off when it misses its target by more than this share, in the KPI's direction."),
    ] = None
    for_: Annotated[
        Duration,
        Field(
            alias="for",
            description="How long it must stay off before anybody is told; no further reading is needed.",
            json_schema_extra={"default": "0s"},
        ),
    ] = timedelta()
    consecutive: Annotated[
        int, Field(ge=1, le=10_000, description="How many readings in a row must be off.")
    ] = 1
    clear: Annotated[Clear | None, Field(description="Hysteresis; without it the breach's own limit.")] = None
    clear_for: Annotated[
        Duration,
        Field(description="How long it must stay well again.", json_schema_extra={"default": "0s"}),
    ] = timedelta()
    severity: Severity
    owner: Annotated[Owner | None, Field(description="Who is accountable; the KPI's owner if left out.")] = (
        None
    )
    policy: Annotated[Key, Field(description="Key of an escalation policy.")]
    done_when: DoneWhen = ()
    resolve_on_clear: Annotated[bool, Field(description="Whether being well again resolves it.")] = False
    shadow: Annotated[bool, Field(description="Record and report, page nobody.")] = False

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        _exactly_one(self, "level", "miss")
        return self


class Kpi(Declared):
    """One figure with a target and a person who answers for it."""

    key: Key
    name: Name
    unit: Annotated[str, Field(max_length=20, examples=["%", "min", "g", "kg/hl"])]
    direction: Annotated[Direction, Field(description="Which way is better.")]
    target: Finite
    owner: Annotated[Text, Field(description='A role, "role@<area key>" or "@person".')]
    area: Annotated[
        Key | None,
        Field(description="Where its exceptions are shown; without it in the catch-all's channel."),
    ] = None
    money_per_unit: Annotated[
        Annotated[Finite, Field(ge=0)] | None,
        Field(description="What one unit away from the target costs in a day, in the site's currency."),
    ] = None
    stale_after: Annotated[
        PositiveDuration | None,
        Field(
            description="How old the last reading may be. Then the silence is an exception of its own, under "
            "the first threshold's policy or else the catch-all's."
        ),
    ] = None
    thresholds: tuple[Threshold, ...] = ()
