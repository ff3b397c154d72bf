"""The figures that the plant is run by."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from rules.control_plan.words import Declared, Key, Name, Text


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"


class Kpi(Declared):
    """One figure with a target and a person who answers for it."""

    key: Key
    name: Name
    unit: Annotated[str, Field(max_length=20, examples=["%", "min", "g", "kg/hl"])]
    direction: Annotated[Direction, Field(description="Which way is better.")]
    target: float
    owner: Annotated[Text, Field(description='A role, "role@<area key>" or "@person".')]
