"""Who is told next when nothing happens: shown on the card, so that nobody is surprised."""

from __future__ import annotations

from bot.messages.words import joined
from bot.services.plan_in_force import PlanInForce
from rules.exception_threads import ExceptionThread
from rules.phases import CLOCK_OF_STATE
from rules.targets import recipients


def next_names(thread: ExceptionThread, plan: PlanInForce) -> str:
    """Names of the next tier's people and channels, escaped; empty when nobody else will be told."""
    kind = CLOCK_OF_STATE.get(thread.state)
    clock = thread.clock(kind) if kind else None
    if clock is None or clock.due is None or not thread.state.needs_work:
        return ""
    who = recipients(_notify(thread, clock.repeats), owner=thread.owner, area=thread.area, index=plan.index)
    names = joined([*(plan.name(person.key) for person in who.people), *who.channels])
    return f"{names} again" if names and _is_reminded_next(thread, clock.repeats) else names


def _is_reminded_next(thread: ExceptionThread, repeats: int) -> bool:
    """Whether the clock runs out at the last tier, whose people have been told before."""
    top = thread.policy.at_top
    return thread.tier >= thread.top_tier and top is not None and repeats < top.times


def _notify(thread: ExceptionThread, repeats: int) -> tuple[str, ...]:
    if thread.tier < thread.top_tier:
        return thread.policy.tiers[thread.tier + 1].notify
    if _is_reminded_next(thread, repeats):
        return thread.policy.tiers[thread.tier].notify
    then = thread.policy.at_top.then if thread.policy.at_top else None
    return (then.channel,) if then is not None and then.channel else ()
