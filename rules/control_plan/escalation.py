"""Who is told next, and after how long, when nothing happens."""

from typing import Annotated

from pydantic import Field

from rules.control_plan.words import Channel, Declared, PositiveDuration, Texts

Times = Annotated[
    tuple[PositiveDuration, ...],
    Field(description="Time allowed at each tier before climbing; a short list repeats its last value."),
]


class Tier(Declared):
    """One rung: everybody who is told when the exception reaches it."""

    notify: Annotated[
        Texts,
        Field(
            description='"owner", a role, "role@area", "role@<area key>", "@person" or "#channel".',
            examples=[["owner"], ["shift_lead@area", "#plant-escalations"]],
        ),
    ]


class Clocks(Declared):
    """How long each state may last. An empty list means that the state has no clock."""

    respond: Times = ()
    contain: Times = ()
    resolve: Times = ()
    verify: Times = ()


class Then(Declared):
    """The last act, when even repeating at the top has not helped."""

    channel: Channel


class AtTop(Declared):
    """What happens when the highest tier does not move either: repeat a bounded number of times, then act."""

    repeat: PositiveDuration
    times: Annotated[int, Field(ge=0, le=1000)] = 0
    then: Then | None = None


class EscalationPolicy(Declared):
    """The rungs and the time at each."""

    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]
    clocks: Clocks = Clocks()
    at_top: AtTop | None = None
