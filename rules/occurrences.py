"""What the signal does to an exception thread: open, repeat, clear, return, reopen.

Events out of order are settled by event time: an older event never undoes what a newer one showed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from rules.exception_threads import Change, ExceptionThread, Fact, FactKind, State
from rules.lifecycle import resolve_by_signal
from rules.phases import enter, start_clock

CHATTER_WINDOW = timedelta(minutes=10)
"""How long a signal that came back is noted no more: the last word of the thread stays that it is there."""


def opened(
    thread: ExceptionThread,
    now: datetime,
    *,
    by: str | None = None,
    text: str | None = None,
    held_back: Mapping[str, str] | None = None,
) -> Change:
    """A new case: tier 0 is told and its clock starts. `by` is whoever called for help, in words `text`.

    `held_back` says by which suppression it was held back, why, and since when it stood.
    """
    running = start_clock(thread, now)
    detail = ({"text": text} if text else {}) | ({"held_back": dict(held_back)} if held_back else {})
    fact = Fact(FactKind.OPENED, now, by, detail, notify=thread.policy.tiers[0].notify)
    return Change(running, (fact,))


def occurred(
    thread: ExceptionThread,
    event_at: datetime,
    now: datetime,
    *,
    by: str | None = None,
    text: str | None = None,
    is_merged: bool = False,
) -> Change:
    """One more occurrence: counted while somebody works on it, reopening what was called resolved.

    When it is a person who calls again, what they say (`text`) stands in the thread, not only in the count.
    `is_merged`: it is one of a merged part, and so says nothing of whether the thread's own signal is gone.
    """
    change = _occurred(thread, event_at, now, is_merged=is_merged)
    if not text:
        return change
    again = Fact(FactKind.REPEATED, now, by, {"text": text})
    return Change(change.thread, (*(fact for fact in change.facts if not fact.quiet), again))


def reopens(thread: ExceptionThread, event_at: datetime) -> bool:
    """Whether an occurrence at that time shows that what was called resolved did not hold."""
    return thread.state is State.RESOLVED and event_at > thread.state_since


def _occurred(thread: ExceptionThread, event_at: datetime, now: datetime, *, is_merged: bool) -> Change:
    counted = _counted(thread, event_at)
    if reopens(thread, event_at):
        again = reopen(counted, now, why="recurred")
        kept = replace(again.thread, cleared_at=thread.cleared_at) if is_merged else again.thread
        return Change(kept, again.facts)
    if is_merged or thread.cleared_at is None or event_at < thread.cleared_at:
        return Change(counted, (Fact(FactKind.REPEATED, now, quiet=True),))
    detail = {"cleared_at": thread.cleared_at.isoformat()}
    fact = Fact(FactKind.RETURNED, now, None, detail, quiet=_is_chatter(thread, now))
    noted_at = thread.chatter_noted_at if fact.quiet else now
    return Change(replace(counted, cleared_at=None, chatter_noted_at=noted_at), (fact,))


def cleared(thread: ExceptionThread, event_at: datetime, now: datetime) -> Change:
    """The signal is gone: shown, and resolving only if the rule says so.

    The signal has settled the order of its events. The thread's last event may still be later, being the
    ripening of a hold or an occurrence of a merged signal; neither makes the clearing untrue.
    """
    if thread.cleared_at is not None:
        return Change(thread)
    gone = replace(thread, cleared_at=event_at)
    fact = Fact(FactKind.CLEARED, now, None, {}, quiet=_is_chatter(thread, now))
    if thread.rule.resolve_on_clear and thread.state.needs_work:
        resolved = resolve_by_signal(gone, now)
        return Change(gone, (replace(fact, quiet=True),)).then(resolved)
    return Change(gone, (fact,))


def reopen(thread: ExceptionThread, now: datetime, *, why: str) -> Change:
    """It did not hold. The owner is told, the respond clock starts again at the tier reached before."""
    again = enter(replace(thread, reopened=thread.reopened + 1, cleared_at=None), State.OPEN, now)
    fact = Fact(FactKind.REOPENED, now, None, {"why": why}, notify=("owner",))
    return Change(again, (fact,))


def _counted(thread: ExceptionThread, event_at: datetime) -> ExceptionThread:
    latest = max(thread.last_event_at, event_at)
    return replace(thread, occurrences=thread.occurrences + 1, last_event_at=latest)


def _is_chatter(thread: ExceptionThread, now: datetime) -> bool:
    noted = thread.chatter_noted_at
    return noted is not None and now - noted < CHATTER_WINDOW
