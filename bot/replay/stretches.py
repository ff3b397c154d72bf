"""Stretches of a log that may be taken in at once, because nothing can become due in the middle of one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.replay.crew import Habits
from rules.control_plan import ControlPlan, EscalationPolicy

LONGEST = timedelta(hours=1)


def safe_stretch(plan: ControlPlan, habits: Habits | None) -> timedelta:
    """No clock, hold or press that an event sets in motion is due sooner than this after the event."""
    waits = [wait for rule in plan.rules for wait in (rule.for_, rule.clear_for)]
    waits += [wait for policy in plan.escalation_policies.values() for wait in _waits(policy)]
    waits += [wait for wait in (habits.acknowledge, habits.resolve) if wait is not None] if habits else []
    return min((wait for wait in waits if wait > timedelta()), default=LONGEST)


def _waits(policy: EscalationPolicy) -> Iterator[timedelta]:
    clocks = policy.clocks
    yield from (*clocks.respond, *clocks.contain, *clocks.resolve, *clocks.verify)
    if policy.at_top is not None:
        yield policy.at_top.repeat
