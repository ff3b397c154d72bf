"""Phases: which clock each state runs, and how a state change starts and stops clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rules.clocks import Clock, ClockKind, allowance
from rules.control_plan import EscalationPolicy
from rules.exception_threads import ExceptionThread, State

CLOCK_OF_STATE: Mapping[State, ClockKind] = {
    State.OPEN: ClockKind.RESPOND,
    State.ACKNOWLEDGED: ClockKind.CONTAIN,
    State.CONTAINED: ClockKind.RESOLVE,
    State.RESOLVED: ClockKind.VERIFY,
}


def times_for(policy: EscalationPolicy, kind: ClockKind) -> Sequence[timedelta]:
    """The times a policy allows per tier for a clock; none for clocks that no policy sets."""
    clocks = policy.clocks
    return {
        ClockKind.RESPOND: clocks.respond,
        ClockKind.CONTAIN: clocks.contain,
        ClockKind.RESOLVE: clocks.resolve,
        ClockKind.VERIFY: clocks.verify,
    }.get(kind, ())


def enter(thread: ExceptionThread, state: State, now: datetime) -> ExceptionThread:
    """Change state: the former phase's clock stops, the new one's starts at the tier reached so far.

    A snooze ends with any change of state. The revision grows, so older cards are stale.
    """
    moved = replace(thread, state=state, state_since=now, revision=thread.revision + 1, snooze=None)
    stopped = replace(moved, clocks=tuple(clock.stop() for clock in moved.clocks))
    return start_clock(stopped, now)


def start_clock(thread: ExceptionThread, now: datetime) -> ExceptionThread:
    """Start the clock of the thread's state, if its policy sets one."""
    kind = CLOCK_OF_STATE.get(thread.state)
    if kind is None:
        return thread
    allowed = allowance(times_for(thread.policy, kind), thread.tier)
    if allowed is None:
        return thread
    return thread.with_clock(Clock(kind, thread.tier, started_at=now, due=now + allowed))
