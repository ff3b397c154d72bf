"""Recording: what a use case did to threads becomes rows, in one place for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.services.home_rows import redraw_owners
from bot.services.plan_in_force import PlanInForce
from bot.services.telling import tell
from bot.services.thread_log import log_changes
from bot.store import exception_threads, timeline
from bot.store.database import once_committed
from rules.exception_threads import Change, ExceptionThread

Recorded = tuple[ExceptionThread | None, Change]
"""A thread as it was (None: new) and what was done to it."""


def record(
    tx: Connection, changes: Sequence[Recorded], *, plan: PlanInForce, now: datetime
) -> list[ExceptionThread]:
    """Write threads, clocks, wake-ups, timeline and outbox; returns the threads, new ones numbered.

    Those that were there are written first: one that closes lets its signal's key go to a new one.
    """
    if not changes:
        return []
    known = [(before, change.thread) for before, change in changes if before is not None]
    exception_threads.save(tx, known)
    new = exception_threads.add(tx, [change.thread for before, change in changes if before is None])
    numbered = iter(new)
    stored = [
        change if before is not None else replace(change, thread=next(numbered)) for before, change in changes
    ]
    facts = [(change.thread.id, fact) for change in stored for fact in change.facts]
    timeline.append(tx, [(number, fact) for number, fact in facts if not fact.is_mere_count])
    tell(tx, stored, plan=plan, now=now)
    befores = (before for before, _ in changes)
    redraw_owners(tx, zip(befores, (change.thread for change in stored), strict=True), now)
    once_committed(tx, partial(log_changes, stored))
    return [change.thread for change in stored]
