"""Digests: what a session must decide, gathered in one transaction, frozen when it is posted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.messages.blocks import Block, Message
from bot.messages.charts import MOST_POINTS, chart
from bot.messages.digests import Occasion, digest
from bot.services.kpis import standings
from bot.services.plan_in_force import PlanInForce
from bot.store import decisions, exception_threads, readings, sessions, suppressions
from bot.store.database import Database
from bot.store.sessions import StoredDigest
from rules.agenda import Agenda, Before, Matter, draw_up, was_sent_to
from rules.control_plan import Kpi, Session
from rules.coverage.finding import suggestion
from rules.exception_threads import ExceptionThread
from rules.matchers import may_silence
from rules.schedules import Schedule, next_occurrence
from rules.suppressions import Suppression
from rules.targets import Target, people_of, recipients

_MOST_THREADS = 1000
_FAR = timedelta(days=36_500)


class UnknownSessionError(Exception):
    """No session of the plan goes by that key; says which there are."""


class NoDigestError(Exception):
    """The session has no such digest."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A digest, and the facts that the next one compares itself with."""

    message: Message
    facts: Mapping[str, Any]


def find_session(plan: PlanInForce, key: str) -> Session:
    """A session by its key; raises UnknownSessionError."""
    known = {session.key: session for session in plan.index.plan.sessions}
    if key not in known:
        raise UnknownSessionError(
            f"There is no session {key!r} in the control plan; {suggestion(key, known)}"
        )
    return known[key]


def occasion_of(session: Session, begins: datetime, plan: PlanInForce) -> Occasion:
    """One occurrence, with whoever leads it by the plan in force."""
    target = Target.parse(session.facilitator)
    people = people_of(target, owner=None, area=session.area, index=plan.index)
    leads = people[0].key if people else None
    owners = {kpi.key: plan.index.owner_for(kpi.owner, kpi.area) for kpi in plan.index.plan.kpis}
    return Occasion(
        session,
        begins,
        facilitator=leads,
        reachable=leads in plan.slack_ids,
        owners={key: owner.key if owner else None for key, owner in owners.items()},
        currency=plan.index.plan.site.currency or "",
    )


def prepare(tx: Connection, occasion: Occasion, *, plan: PlanInForce, now: datetime) -> Prepared:
    """What the session must speak about now."""
    agenda = draw_up(_matter(tx, occasion.session, plan, now), until=occasion.begins)
    return Prepared(digest(agenda, occasion, plan, _dearest(tx, agenda, plan)), agenda.facts)


def preview(
    database: Database, session: Session, *, plan: PlanInForce, now: datetime
) -> tuple[Message, Occasion]:
    """The digest of the next occurrence as it would be now; nothing is posted or kept."""
    schedule = Schedule.of(session, plan.index.plan.site.timezone)
    occasion = occasion_of(session, next_occurrence(schedule, now) or now, plan)
    with database.reading() as tx:
        return prepare(tx, occasion, plan=plan, now=now).message, occasion


def posted(database: Database, session: Session, number: int = 1) -> tuple[Message, StoredDigest]:
    """A digest as it was posted, the newest or the one so many back; raises NoDigestError."""
    with database.reading() as tx:
        found = sessions.digest_back(tx, session.key, number)
    if found is None:
        raise NoDigestError(_none_posted(session, number))
    return Message(found.message["text"], found.message["blocks"]), found


def upcoming(database: Database, plan: PlanInForce) -> list[tuple[Session, datetime | None]]:
    """Every session with its next occurrence, soonest first."""
    with database.reading() as tx:
        begins = sessions.occurrences(tx)
    found = [(session, begins.get(session.key)) for session in plan.index.plan.sessions]
    return sorted(found, key=lambda each: each[1].timestamp() if each[1] else float("inf"))


def upcoming_for(database: Database, plan: PlanInForce, person: str) -> list[tuple[Session, datetime]]:
    """The sessions that somebody leads or takes part in, soonest first."""
    return [
        (session, begins)
        for session, begins in upcoming(database, plan)
        if begins is not None and person in who_meets(session, plan)
    ]


def who_meets(session: Session, plan: PlanInForce) -> set[str]:
    """Keys of whoever leads a session or takes part in it, by the plan in force."""
    named = (session.facilitator, *session.participants)
    return {each.key for each in recipients(named, owner=None, area=session.area, index=plan.index).people}


def _matter(tx: Connection, session: Session, plan: PlanInForce, now: datetime) -> Matter:
    area = session.area
    mine = {kpi.key for kpi in plan.index.plan.kpis if area is None or _area_of(kpi) == area}
    before = sessions.digest_back(tx, session.key)
    waiting = decisions.due(tx, until=now + _FAR, area_kpis=mine if area else None)
    return Matter(
        standings=[each for each in standings(tx, plan, now) if each.kpi.key in mine],
        threads=_threads(tx, session),
        decisions=waiting,
        unmoved=[each for each in decisions.open_unmoved(tx) if area is None or each.kpi in mine],
        suppressions=_suppressions(tx, session, plan, now),
        before=Before(before.built_at, before.facts) if before else None,
    )


def _dearest(tx: Connection, agenda: Agenda, plan: PlanInForce) -> Block | None:
    """The chart of what drifts first of all; None when nothing does, or nobody can see it drift yet."""
    if not agenda.drifts:
        return None
    kpi = agenda.drifts[0].standing.kpi
    recent = list(readings.recent(tx, kpi.key, limit=MOST_POINTS))
    return chart(kpi, recent, ZoneInfo(plan.index.plan.site.timezone))


def _threads(tx: Connection, session: Session) -> list[ExceptionThread]:
    """Those of its area, and those from elsewhere whose last resort it is."""
    mine, _ = exception_threads.working(tx, area=session.area, limit=_MOST_THREADS)
    if session.area is None:
        return mine
    everywhere, _ = exception_threads.working(tx, limit=_MOST_THREADS)
    foreign = (thread for thread in everywhere if thread.area != session.area)
    return mine + [thread for thread in foreign if was_sent_to(thread, session.key)]


def _suppressions(tx: Connection, session: Session, plan: PlanInForce, now: datetime) -> list[Suppression]:
    """Those that are not over and may hold back something in its area."""
    unfinished = [each for each in suppressions.unfinished(tx) if each.over_at > now]
    if session.area is None:
        return unfinished
    return [each for each in unfinished if may_silence(each.matcher, session.area, plan.index)]


def _area_of(kpi: Kpi) -> str | None:
    """Where the plan puts it, or else where its owner is."""
    return kpi.area or Target.parse(kpi.owner).area


def _none_posted(session: Session, number: int) -> str:
    if number == 1:
        return f"No digest of {session.name} was posted yet. `/andon digest {session.key}` makes one now."
    return f"{session.name} has no {number} digests yet; `/andon digest {session.key} last` shows the newest."
