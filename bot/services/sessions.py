"""Sessions take place whether or not anybody looks: their digests are posted once, on time or marked late.

A session is woken its lead before it begins. Plan and clock decide together: what the plan in force no longer
schedules is forgotten, what was missed in downtime is made up for by the newest occurrence alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.messages.digests import MOST_COUNTED, Occasion
from bot.services.digests import Prepared, occasion_of, prepare, who_meets
from bot.services.home_rows import redraw, redraw_outdated
from bot.services.outbox_rows import outbox_row
from bot.services.plan_in_force import PlanInForce
from bot.services.waking import Woken
from bot.store import outbox, sessions, wakeups
from bot.store.database import writes
from bot.store.sessions import ScheduledSession, StoredDigest
from bot.store.wakeups import Subject
from bot.store.writer_gate import Priority
from rules.clocks import is_late
from rules.control_plan import Session
from rules.delivery import Purpose, Urgency, direct_lane
from rules.schedules import Schedule, count_before, newest_occurrence, next_occurrence

_ASK_AGAIN = timedelta(seconds=30)
_INSTANT = timedelta(microseconds=1)


@writes(Priority.CLOCK)
def schedule_sessions(tx: Connection, *, plan: PlanInForce, now: datetime) -> None:
    """Wake the sessions of a plan that has come in force, and no others.

    An occurrence that the plan still schedules stays, even if it is overdue: that is how a session whose
    time came while nothing ran is noticed.
    """
    planned = _planned(plan)
    for row in sessions.held(tx, planned.keys()):
        session = planned.get(row.key)
        if session is None:
            sessions.schedule(tx, row.id, None, due=None)
        else:
            timetable = _timetable(session, plan)
            still = row.occurrence if _takes_place(timetable, row.occurrence) else None
            _schedule(tx, row.id, session, still or next_occurrence(timetable, now))
    redraw_outdated(tx, plan, now)


@writes(Priority.CLOCK)
def ring_sessions(
    tx: Connection, *, plan: PlanInForce, now: datetime, limit: int, only: tuple[int, ...] | None = None
) -> Woken:
    """Post the digest of every session whose time has come, and wake it for the next."""
    due = wakeups.claim_due(tx, Subject.SESSION, now, limit, only)
    planned = _planned(plan)
    met: set[str] = set()
    for row in sessions.read(tx, due):
        session = planned.get(row.key)
        if session is None or row.occurrence is None:
            # Another replica follows a newer plan already; this one will in a moment.
            wakeups.set_due(tx, Subject.SESSION, {row.id: now + _ASK_AGAIN})
        else:
            _ring(tx, row, row.occurrence, session, plan=plan, now=now)
            met |= who_meets(session, plan)
    redraw(tx, met, now)
    return Woken(tuple(due), more=len(due) == limit)


def _ring(
    tx: Connection,
    row: ScheduledSession,
    woken_for: datetime,
    session: Session,
    *,
    plan: PlanInForce,
    now: datetime,
) -> None:
    timetable = _timetable(session, plan)
    begins = newest_occurrence(timetable, woken_for, now + session.lead)
    due = begins - session.lead
    occasion = replace(
        occasion_of(session, begins, plan),
        late=due if is_late(due, now) else None,
        missed=count_before(timetable, woken_for, begins, most=MOST_COUNTED),
    )
    prepared = prepare(tx, occasion, plan=plan, now=now)
    if sessions.add_digest(tx, _record(prepared, occasion, now)):
        outbox.add(tx, list(_posts(prepared, occasion, now)))
    _schedule(tx, row.id, session, next_occurrence(timetable, begins))


def _posts(prepared: Prepared, occasion: Occasion, now: datetime) -> Iterator[dict[str, Any]]:
    """To the channel, and to whoever leads; the digest itself says when nobody can be reached."""
    targets = [occasion.session.channel]
    if occasion.facilitator and occasion.reachable:
        targets.append(f"@{occasion.facilitator}")
    for target in targets:
        yield outbox_row(
            purpose=Purpose.DIRECT,
            target=target,
            lane=direct_lane(target),
            urgency=Urgency.NOTE,
            now=now,
            body=_body(prepared),
        )


def _record(prepared: Prepared, occasion: Occasion, now: datetime) -> StoredDigest:
    return StoredDigest(
        session=occasion.session.key,
        occurrence=occasion.begins,
        built_at=now,
        late=occasion.late is not None,
        facts=prepared.facts,
        message=_body(prepared),
    )


def _body(prepared: Prepared) -> dict[str, Any]:
    return {"text": prepared.message.text, "blocks": prepared.message.blocks}


def _schedule(tx: Connection, number: int, session: Session, begins: datetime | None) -> None:
    sessions.schedule(tx, number, begins, due=begins - session.lead if begins else None)


def _takes_place(timetable: Schedule, occurrence: datetime | None) -> bool:
    return occurrence is not None and next_occurrence(timetable, occurrence - _INSTANT) == occurrence


def _timetable(session: Session, plan: PlanInForce) -> Schedule:
    return Schedule.of(session, plan.index.plan.site.timezone)


def _planned(plan: PlanInForce) -> dict[str, Session]:
    return {session.key: session for session in plan.index.plan.sessions}
