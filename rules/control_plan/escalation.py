"""Who is told next, and after how long, when nothing happens."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from rules.control_plan.words import Channel, Declared, Key, PositiveDuration, Texts

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
    """The last act, when even repeating at the top has not helped: a channel, a session's agenda, or both."""

    channel: Channel | None = None
    session: Annotated[Key | None, Field(description="Key of the session that must decide.")] = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.channel is None and self.session is None:
            raise ValueError("names neither a channel nor a session; give one, or leave `then` out")
        return self


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
