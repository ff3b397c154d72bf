"""What people do to an exception thread: acknowledge, contain, resolve, reassign, snooze, merge, cancel.

Every function takes the revision its presser saw. A stale one is refused in words, a repeat by the same
person is refused as already done, and nothing here ever changes a thread that is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from rules.clocks import Clock, ClockKind
from rules.exception_threads import Change, ExceptionThread, Fact, FactKind, Snooze, State
from rules.phases import enter

MAX_SNOOZE = timedelta(days=14)
"""Longer is not a snooze but a decision; it belongs to a cancel or a plan change."""


class LifecycleError(Exception):
    """A press that has no effect; `thread` is the state that refused it."""

    def __init__(self, thread: ExceptionThread, message: str) -> None:
        super().__init__(message)
        self.thread = thread


class StaleRevisionError(LifecycleError):
    """The card or form showed an older state; what it would do now is for the person to judge."""


class AlreadyDoneError(LifecycleError):
    """A repeat: what was asked for is already so. Harmless."""


class NotPossibleError(LifecycleError):
    """The state does not allow it."""


class IncompleteResolutionError(LifecycleError):
    """The definition of done asks for more; `missing` names what."""

    def __init__(self, thread: ExceptionThread, missing: tuple[str, ...]) -> None:
        super().__init__(thread, f"{thread.name} is done only with: {', '.join(missing)}.")
        self.missing = missing


def acknowledge(thread: ExceptionThread, *, by: str, seen: int | None, now: datetime) -> Change:
    """Somebody has it: the respond clock stops, the presser becomes the owner."""
    if thread.state is State.ACKNOWLEDGED and thread.owner == by:
        raise AlreadyDoneError(thread, f"{thread.name} is already yours.")
    _require(thread, seen, State.OPEN)
    taken = replace(enter(thread, State.ACKNOWLEDGED, now), owner=by)
    detail = {"waited_seconds": int((now - thread.state_since).total_seconds())}
    return Change(taken, (Fact(FactKind.ACKNOWLEDGED, now, by, detail),))


def contain(thread: ExceptionThread, *, by: str, seen: int | None, action: str, now: datetime) -> Change:
    """The damage is held; implies acknowledging when nobody had."""
    if thread.state is State.CONTAINED:
        raise AlreadyDoneError(thread, f"{thread.name} is already contained.")
    _require(thread, seen, State.OPEN, State.ACKNOWLEDGED)
    owner = by if thread.state is State.OPEN else thread.owner
    held = replace(enter(thread, State.CONTAINED, now), owner=owner)
    return Change(held, (Fact(FactKind.CONTAINED, now, by, {"action": action}),))


def resolve(
    thread: ExceptionThread, *, by: str, seen: int | None, answers: Mapping[str, str], now: datetime
) -> Change:
    """Done, with an answer for each item of the rule's definition of done.

    Raises IncompleteResolutionError when an answer is missing or blank.
    """
    if thread.state is State.RESOLVED:
        raise AlreadyDoneError(thread, f"{thread.name} is already resolved.")
    _require(thread, seen, State.OPEN, State.ACKNOWLEDGED, State.CONTAINED)
    missing = tuple(item for item in thread.rule.done_when if not answers.get(item, "").strip())
    if missing:
        raise IncompleteResolutionError(thread, missing)
    owner = by if thread.state is State.OPEN else thread.owner
    return _resolved(
        replace(thread, owner=owner), Fact(FactKind.RESOLVED, now, by, {"answers": dict(answers)})
    )


def resolve_by_signal(thread: ExceptionThread, now: datetime) -> Change:
    """The rule says that a cleared signal resolves; nobody is asked for a definition of done."""
    return _resolved(thread, Fact(FactKind.RESOLVED, now, None, {"by_signal": True}))


def reassign(thread: ExceptionThread, *, by: str, seen: int | None, to: str, now: datetime) -> Change:
    """Another person owns it from now on and is told; clocks run on."""
    if thread.owner == to:
        raise AlreadyDoneError(thread, f"{thread.name} is already theirs.")
    _require(thread, seen, State.OPEN, State.ACKNOWLEDGED, State.CONTAINED)
    moved = replace(thread, owner=to, revision=thread.revision + 1)
    fact = Fact(FactKind.REASSIGNED, now, by, {"from": thread.owner, "to": to}, notify=("owner",))
    return Change(moved, (fact,))


def snooze(
    thread: ExceptionThread, *, by: str, seen: int | None, until: datetime, reason: str, now: datetime
) -> Change:
    """Set aside: its clocks stand still until then and run on with the time they had left."""
    _require(thread, seen, State.OPEN, State.ACKNOWLEDGED, State.CONTAINED)
    if not now < until <= now + MAX_SNOOZE:
        raise NotPossibleError(thread, f"Snooze until a time within the next {MAX_SNOOZE.days} days.")
    paused = replace(thread, clocks=tuple(clock.pause(now) for clock in thread.clocks))
    asleep = paused.with_clock(Clock(ClockKind.SNOOZE, thread.tier, started_at=now, due=until))
    asleep = replace(asleep, snooze=Snooze(until, reason, by), revision=thread.revision + 1)
    detail = {"until": until.isoformat(), "reason": reason}
    return Change(asleep, (Fact(FactKind.SNOOZED, now, by, detail),))


def merge(
    thread: ExceptionThread, into: ExceptionThread, *, by: str, seen: int | None, now: datetime
) -> Change:
    """This case is part of another: its occurrences go there from now on, its clocks stop."""
    if thread.state is State.MERGED and thread.merged_into == into.id:
        raise AlreadyDoneError(thread, f"{thread.name} is already merged into {into.name}.")
    _require(thread, seen, State.OPEN, State.ACKNOWLEDGED, State.CONTAINED)
    if into.id == thread.id:
        raise NotPossibleError(thread, f"{thread.name} cannot be merged into itself.")
    if not into.state.needs_work:
        raise NotPossibleError(thread, f"{into.name} is {into.state}; merge into one that is still open.")
    gone = replace(enter(thread, State.MERGED, now), merged_into=into.id)
    return Change(gone, (Fact(FactKind.MERGED, now, by, {"into": into.id}),))


def absorb(into: ExceptionThread, merged: ExceptionThread, *, by: str, now: datetime) -> Change:
    """The other side of a merge: the surviving thread counts the occurrences it takes over."""
    total = replace(
        into,
        occurrences=into.occurrences + merged.occurrences,
        last_event_at=max(into.last_event_at, merged.last_event_at),
        revision=into.revision + 1,
    )
    return Change(total, (Fact(FactKind.ABSORBED, now, by, {"from": merged.id, "title": merged.title}),))


def cancel(thread: ExceptionThread, *, by: str, seen: int | None, reason: str, now: datetime) -> Change:
    """Not a case after all; the reason stays on record."""
    if thread.state is State.CANCELLED:
        raise AlreadyDoneError(thread, f"{thread.name} is already cancelled.")
    _require(thread, seen, State.OPEN, State.ACKNOWLEDGED, State.CONTAINED)
    gone = enter(thread, State.CANCELLED, now)
    return Change(gone, (Fact(FactKind.CANCELLED, now, by, {"reason": reason}),))


def _resolved(thread: ExceptionThread, fact: Fact) -> Change:
    done = enter(thread, State.RESOLVED, fact.at)
    if done.clock(ClockKind.VERIFY) is None or done.due is None:
        done = replace(done, state=State.VERIFIED)
    return Change(done, (fact,))


def _require(thread: ExceptionThread, seen: int | None, *states: State) -> None:
    if thread.state not in states:
        raise NotPossibleError(thread, f"{thread.name} is {thread.state} already; nothing was changed.")
    if seen is not None and seen != thread.revision:
        raise StaleRevisionError(thread, f"{thread.name} has changed since you opened it; nothing was saved.")
