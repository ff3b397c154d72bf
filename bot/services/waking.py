"""Waking: due signals ripen, due clocks run out, a batch in one transaction.

Signals and threads are taken in transactions of their own: claiming skips what another replica holds, and
only signals wait for locks, on threads, in ascending order; so nobody can block anybody in a circle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.services.case_book import CaseBook
from bot.services.plan_in_force import PlanInForce
from bot.services.recording import record
from bot.store import exception_threads, signals, wakeups
from bot.store.database import writes
from bot.store.wakeups import Subject
from bot.store.writer_gate import Priority
from rules.escalation import ring
from rules.exception_threads import signal_key
from rules.signals import Signal, ripen

LONGEST_PARKING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Woken:
    """How many subjects were claimed, by subject number; `more` when the batch was full."""

    refs: tuple[int, ...]
    more: bool


@writes(Priority.CLOCK)
def ring_threads(
    tx: Connection, *, plan: PlanInForce, now: datetime, limit: int, only: tuple[int, ...] | None = None
) -> Woken:
    """Let every due clock of up to `limit` threads run out."""
    due = wakeups.claim_due(tx, Subject.THREAD, now, limit, only)
    if not due:
        return Woken((), more=False)
    running = exception_threads.next_due(tx, due)
    rung = [number for number in due if number in running and running[number] <= now]
    changes = [
        (thread, ring(thread, now, is_watched=plan.watches(thread.rule.key)))
        for thread in exception_threads.read(tx, rung).values()
    ]
    record(tx, changes, plan=plan, now=now)
    # What nothing follows from must not stay due, or it would be claimed for ever.
    idle = {number: running.get(number) for number in set(due).difference(rung)}
    still = {thread.id: change.thread.due for thread, change in changes if change.thread.due == thread.due}
    wakeups.set_due(tx, Subject.THREAD, idle | still)
    return Woken(tuple(due), more=len(due) == limit)


@writes(Priority.CLOCK)
def ripen_signals(
    tx: Connection, *, plan: PlanInForce, now: datetime, limit: int, only: tuple[int, ...] | None = None
) -> Woken:
    """Let up to `limit` due signals ripen: conditions that held long enough, clearings that lasted."""
    due = wakeups.claim_due(tx, Subject.SIGNAL, now, limit, only)
    found = signals.read(tx, tuple(due))
    book = CaseBook(tx, {signal_key(one.rule_key, one.fingerprint) for one in found}, plan=plan, now=now)
    signals.save(tx, [_ripened(one, book, plan, now) for one in found])
    book.write()
    return Woken(tuple(due), more=len(due) == limit)


@writes(Priority.CLOCK)
def park(tx: Connection, subject: Subject, ref: int, *, trouble: str, now: datetime) -> datetime:
    """Set a subject aside that raised, longer each time; returns when it is tried again."""
    tried = wakeups.failures(tx, subject, ref)
    until = now + min(timedelta(seconds=5 * 2 ** min(tried, 10)), LONGEST_PARKING)
    wakeups.park(tx, subject, ref, until=until, trouble=trouble)
    return until


def _ripened(signal: Signal, book: CaseBook, plan: PlanInForce, now: datetime) -> Signal:
    rule = plan.index.rule(signal.rule_key) or book.rule_of(signal)
    if rule is None:
        return _forgotten(signal)
    step = ripen(signal, rule, now)
    for outcome in step.outcomes:
        book.apply(rule, step.signal, outcome, event_at=min(signal.due or now, now), now=now)
    return book.kept(step.signal)


def _forgotten(signal: Signal) -> Signal:
    """Its rule left the plan while it was being held, and no case knows it: there is nothing to wait for."""
    return Signal(signal.id, signal.rule_key, signal.fingerprint, last_event_at=signal.last_event_at)
