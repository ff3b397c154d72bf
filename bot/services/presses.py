"""Presses: what people do to an exception thread. One function, one use case, one transaction.

`seen` is the revision that the card or form showed; None for a typed command, which sees the present.
All raise LifecycleError, UnknownThreadError, PermissionDeniedError and DatabaseUnavailableError; then
nothing was committed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.services.audit_notes import note_presses
from bot.services.people import require
from bot.services.plan_in_force import PlanInForce
from bot.services.recording import record
from bot.store import exception_threads
from bot.store.database import writes
from bot.store.writer_gate import Priority
from rules import escalation, lifecycle
from rules.audit_entries import Through
from rules.control_plan import Action
from rules.exception_threads import Change, ExceptionThread
from rules.lifecycle import NotPossibleError


class UnknownThreadError(Exception):
    """No exception has that number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no EX-{number}. `/andon list open` shows those that are open.")


@writes(Priority.PRESS)
def acknowledge(
    tx: Connection, thread_id: int, *, by: str, seen: int | None, plan: PlanInForce, now: datetime
) -> Change:
    """Somebody has it."""
    thread = _allowed(tx, thread_id, by, "acknowledge", plan)
    return _done(tx, thread, lifecycle.acknowledge(thread, by=by, seen=seen, now=now), by, plan, now)


@writes(Priority.PRESS)
def contain(
    tx: Connection,
    thread_id: int,
    *,
    by: str,
    seen: int | None,
    action: str,
    plan: PlanInForce,
    now: datetime,
) -> Change:
    """The damage is held; `action` says how."""
    thread = _allowed(tx, thread_id, by, "contain", plan)
    change = lifecycle.contain(thread, by=by, seen=seen, action=action, now=now)
    return _done(tx, thread, change, by, plan, now)


@writes(Priority.PRESS)
def resolve(
    tx: Connection,
    thread_id: int,
    *,
    by: str,
    seen: int | None,
    answers: Mapping[str, str],
    plan: PlanInForce,
    now: datetime,
) -> Change:
    """Done, with an answer for each item of the definition of done."""
    thread = _allowed(tx, thread_id, by, "resolve", plan)
    change = lifecycle.resolve(thread, by=by, seen=seen, answers=answers, now=now)
    return _done(tx, thread, change, by, plan, now)


@writes(Priority.PRESS)
def reassign(
    tx: Connection, thread_id: int, *, by: str, seen: int | None, to: str, plan: PlanInForce, now: datetime
) -> Change:
    """Another person of the plan owns it from now on."""
    thread = _allowed(tx, thread_id, by, "assign", plan)
    if plan.index.person(to) is None:
        raise NotPossibleError(thread, f"{to} is not in the control plan; {thread.name} keeps its owner.")
    return _done(tx, thread, lifecycle.reassign(thread, by=by, seen=seen, to=to, now=now), by, plan, now)


@writes(Priority.PRESS)
def snooze(
    tx: Connection,
    thread_id: int,
    *,
    by: str,
    seen: int | None,
    until: datetime,
    reason: str,
    plan: PlanInForce,
    now: datetime,
) -> Change:
    """Set aside until a time; the clocks stand still."""
    thread = _allowed(tx, thread_id, by, "snooze", plan)
    change = lifecycle.snooze(thread, by=by, seen=seen, until=until, reason=reason, now=now)
    return _done(tx, thread, change, by, plan, now)


@writes(Priority.PRESS)
def escalate_now(
    tx: Connection,
    thread_id: int,
    *,
    by: str,
    seen: int | None,
    reason: str,
    plan: PlanInForce,
    now: datetime,
) -> Change:
    """The next tier is told without waiting for the clock."""
    thread = _allowed(tx, thread_id, by, "escalate", plan)
    change = escalation.escalate_now(thread, by=by, seen=seen, reason=reason, now=now)
    return _done(tx, thread, change, by, plan, now)


@writes(Priority.PRESS)
def merge(
    tx: Connection, thread_id: int, *, by: str, seen: int | None, into: int, plan: PlanInForce, now: datetime
) -> Change:
    """It is part of another case; both are changed together or not at all."""
    require(plan, by, Action("merge"))
    held = exception_threads.held(tx, (thread_id, into))
    for number in (thread_id, into):
        if number not in held:
            raise UnknownThreadError(number)
    gone = lifecycle.merge(held[thread_id], held[into], by=by, seen=seen, now=now)
    total = lifecycle.absorb(held[into], held[thread_id], by=by, now=now)
    record(tx, [(held[thread_id], gone), (held[into], total)], plan=plan, now=now)
    for before, change in ((held[thread_id], gone), (held[into], total)):
        note_presses(tx, before, change, by=by, through=Through.SLACK, now=now)
    return gone


@writes(Priority.PRESS)
def cancel(
    tx: Connection,
    thread_id: int,
    *,
    by: str,
    seen: int | None,
    reason: str,
    plan: PlanInForce,
    now: datetime,
) -> Change:
    """Not a case after all."""
    thread = _allowed(tx, thread_id, by, "cancel", plan)
    return _done(
        tx, thread, lifecycle.cancel(thread, by=by, seen=seen, reason=reason, now=now), by, plan, now
    )


def _allowed(tx: Connection, thread_id: int, by: str, action: str, plan: PlanInForce) -> ExceptionThread:
    require(plan, by, Action(action))
    thread = exception_threads.held(tx, (thread_id,)).get(thread_id)
    if thread is None:
        raise UnknownThreadError(thread_id)
    return thread


def _done(
    tx: Connection, before: ExceptionThread, change: Change, by: str, plan: PlanInForce, now: datetime
) -> Change:
    record(tx, [(before, change)], plan=plan, now=now)
    note_presses(tx, before, change, by=by, through=Through.SLACK, now=now)
    return change
