"""What a clock that ran out leads to: climb one tier, remind at the top, act last, verify, wake.

A subject climbs at most one tier however long nobody looked; the next clock then runs from now.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rules.clocks import Clock, ClockKind, allowance, is_late, next_start
from rules.exception_threads import Change, ExceptionThread, Fact, FactKind, State
from rules.lifecycle import NotPossibleError, StaleRevisionError
from rules.occurrences import reopen
from rules.phases import CLOCK_OF_STATE, times_for


def ring(thread: ExceptionThread, now: datetime, *, is_watched: bool = True) -> Change:
    """Everything that is owed at `now`: one consequence for each clock that ran out, earliest first.

    `is_watched`: the rule that opened it is in the plan, so its signal would be seen to clear.
    """
    change = Change(thread)
    for clock in sorted(thread.clocks, key=lambda clock: clock.due or now):
        if clock.due is not None and clock.due <= now:
            change = change.then(_run_out(change.thread, clock, clock.due, now, is_watched=is_watched))
    return change


def escalate_now(thread: ExceptionThread, *, by: str, seen: int | None, reason: str, now: datetime) -> Change:
    """A person does not wait for the clock: the next tier is told now and gets its own time.

    The revision grows, or two who press on the same card would climb two tiers.
    """
    if not thread.state.needs_work:
        raise NotPossibleError(thread, f"{thread.name} is {thread.state}; there is nothing to escalate.")
    if seen is not None and seen != thread.revision:
        raise StaleRevisionError(thread, f"{thread.name} has changed since you opened it; nothing was done.")
    if thread.tier >= thread.top_tier:
        raise NotPossibleError(thread, f"{thread.name} is at its last tier; everybody has been told.")
    awake = replace(_awaken(thread, now), revision=thread.revision + 1)
    kind = CLOCK_OF_STATE[thread.state]
    return _climb(awake, kind, started=now, now=now, by=by, reason=reason, late=False)


def _run_out(
    thread: ExceptionThread, clock: Clock, due: datetime, now: datetime, *, is_watched: bool
) -> Change:
    if clock.kind is ClockKind.SNOOZE:
        fact = Fact(FactKind.AWAKENED, now, notify=("owner",), late=is_late(due, now))
        return Change(_awaken(thread, now), (fact,))
    if clock.kind is ClockKind.VERIFY:
        return _verify(thread, now, is_watched=is_watched)
    if thread.tier < thread.top_tier:
        started = next_start(due, now)
        return _climb(thread, clock.kind, started=started, now=now, late=is_late(due, now))
    return _at_top(thread, clock, due, now)


def _climb(
    thread: ExceptionThread,
    kind: ClockKind,
    *,
    started: datetime,
    now: datetime,
    late: bool,
    by: str | None = None,
    reason: str = "",
) -> Change:
    tier = thread.tier + 1
    allowed = allowance(times_for(thread.policy, kind), tier)
    climbed = replace(thread, tier=tier)
    if allowed is not None:
        climbed = climbed.with_clock(Clock(kind, tier, started_at=started, due=started + allowed))
    detail = {"clock": kind.value, "tier": tier, "reason": reason}
    fact = Fact(FactKind.ESCALATED, now, by, detail, notify=thread.policy.tiers[tier].notify, late=late)
    return Change(climbed, (fact,))


def _at_top(thread: ExceptionThread, clock: Clock, due: datetime, now: datetime) -> Change:
    """Remind the last tier a bounded number of times, then do the policy's last act."""
    top = thread.policy.at_top
    late = is_late(due, now)
    if top is not None and clock.repeats < top.times:
        again = replace(clock, due=next_start(due, now) + top.repeat, repeats=clock.repeats + 1)
        detail = {"clock": clock.kind.value, "repeat": again.repeats, "of": top.times}
        notify = thread.policy.tiers[thread.tier].notify
        return Change(
            thread.with_clock(again), (Fact(FactKind.REMINDED, now, None, detail, notify=notify, late=late),)
        )
    then = top.then if top is not None else None
    notify = (then.channel,) if then is not None and then.channel is not None else ()
    agenda = {"session": then.session} if then is not None and then.session else {}
    said = {"clock": clock.kind.value, **agenda}
    fact = Fact(FactKind.EXHAUSTED, now, None, said, notify=notify, late=late)
    return Change(thread.with_clock(clock.stop()), (fact,))


def _verify(thread: ExceptionThread, now: datetime, *, is_watched: bool) -> Change:
    """It held: verified. If the signal never cleared, it did not hold: open again.

    Where nobody watches it any more, who resolved it has the last word: it would be opened again for ever.
    """
    is_doubtful = thread.rule.clear_when is not None and thread.cleared_at is None
    if is_doubtful and is_watched:
        return reopen(thread, now, why="never_cleared")
    held = replace(
        thread,
        state=State.VERIFIED,
        state_since=now,
        revision=thread.revision + 1,
        clocks=tuple(clock.stop() for clock in thread.clocks),
    )
    detail = {"why": "unwatched"} if is_doubtful else {}
    return Change(held, (Fact(FactKind.VERIFIED, now, None, detail),))


def _awaken(thread: ExceptionThread, now: datetime) -> ExceptionThread:
    if thread.snooze is None:
        return thread
    clocks = tuple(
        clock.stop() if clock.kind is ClockKind.SNOOZE else clock.resume(now) for clock in thread.clocks
    )
    return replace(thread, snooze=None, clocks=clocks, revision=thread.revision + 1)
