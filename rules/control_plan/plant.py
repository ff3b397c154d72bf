"""Where things are: a site, its areas, and the equipment in them (ISA-95)."""

from typing import Annotated

from pydantic import Field

from rules.control_plan.words import Channel, Declared, Key, Name

Aliases = Annotated[
    tuple[Name, ...],
    Field(description="Other names that sources use for it: a tag, an asset number, a MES code."),
]


class Site(Declared):
    """The plant as a whole."""

    key: Key
    name: Name
    timezone: Annotated[
        str, Field(description="IANA time zone in which the plant lives.", examples=["Europe/Berlin"])
    ]
    currency: Annotated[
        str | None, Field(max_length=8, description="What money is counted in.", examples=["EUR"])
    ] = None
    review_at: Annotated[
        str,
        Field(
            pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
            description="Time of day at which owners are asked whether their decisions moved anything.",
            examples=["09:00", "13:30"],
        ),
    ] = "09:00"


class WorkUnit(Declared):
    """A machine."""

    key: Key
    name: Name
    aliases: Aliases = ()


class WorkCenter(Declared):
    """A line, a dock, a boiler house: what runs as one."""

    key: Key
    name: Name
    aliases: Aliases = ()
    work_units: tuple[WorkUnit, ...] = ()


class Area(Declared):
    """A part of the plant with a team and a channel of its own."""

    key: Key
    name: Name
    channel: Annotated[Channel, Field(description='Where its exceptions are shown: "#name" or a channel id.')]
    work_centers: tuple[WorkCenter, ...] = ()
