"""What happens to events at the door: how old they may be, and where the unplaced ones go."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from rules.control_plan.words import Channel, Declared, Key, PositiveDuration, Text


class SourceLimits(Declared):
    """The limits of the sources whose name matches the glob."""

    source: Annotated[Text, Field(description="Glob over the event's source.", examples=["/historian/*"])]
    max_age: PositiveDuration


class IntakeLimits(Declared):
    """Events older than `max_age` are recorded and page nobody; the first matching source decides."""

    max_age: Annotated[PositiveDuration, Field(json_schema_extra={"default": "1h"})] = timedelta(hours=1)
    sources: tuple[SourceLimits, ...] = ()


class CatchAll(Declared):
    """Where exceptions go that belong to no known equipment, and who takes them."""

    channel: Channel
    owner: Annotated[Text, Field(description='A role, "role@<area key>" or "@person".')]
    policy: Annotated[Key, Field(description="Key of an escalation policy.")]
