"""When people sit down together: which session, how often, who leads it, where its digest goes."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from rules.control_plan.words import Channel, Declared, Duration, Key, Name, Text, Texts


class SessionKind(StrEnum):
    """How far a session looks."""

    TIER_MEETING = "tier-meeting"
    WEEKLY_CONTROL = "weekly-control"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class OnHoliday(StrEnum):
    """What becomes of a session that falls on a public holiday."""

    SKIP = "skip"
    NEXT_WORKING_DAY = "next-working-day"


class Holidays(Declared):
    """The public holidays that a session keeps."""

    country: Annotated[str, Field(description="ISO 3166 code.", examples=["DE", "FR", "US"])]
    subdivision: Annotated[
        str | None, Field(description="ISO 3166-2 code within the country.", examples=["BY", "CA"])
    ] = None
    then: OnHoliday = OnHoliday.SKIP


class Session(Declared):
    """One regular meeting that a digest prepares."""

    key: Key
    name: Name
    kind: SessionKind
    schedule: Annotated[
        Text,
        Field(
            description="Cron in the plant's time zone: minute hour day month weekday; L is the last day.",
            examples=["30 6,14 * * MON-SAT", "0 9 * * MON", "0 10 LW * *"],
        ),
    ]
    area: Annotated[Key | None, Field(description="Key of an area; left out, the whole site.")] = None
    facilitator: Annotated[
        Text,
        Field(
            description='Who leads it and gets the digest, too: a role, "role@<area key>" or "@person".',
            examples=["shift_lead", "@henrik"],
        ),
    ]
    participants: Annotated[
        Texts,
        Field(description="Who takes part: roles or @persons.", examples=[["team_lead", "technician"]]),
    ] = ()
    channel: Channel
    lead: Annotated[
        Duration,
        Field(
            description="How long before the session its digest is posted.",
            json_schema_extra={"default": "30m"},
        ),
    ] = timedelta(minutes=30)
    holidays: Holidays | None = None
