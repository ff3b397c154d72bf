"""Whether sessions take place, and whether somebody leads them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rules.control_plan import ControlPlan, Session
from rules.coverage.finding import Finding, Path
from rules.coverage.references import unknown, unknown_target
from rules.plan_index import PlanIndex
from rules.schedules import Schedule, ScheduleError, check_cron, check_holidays, next_occurrence
from rules.targets import Target, TargetKind, people_of

_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_PEOPLE = (TargetKind.PERSON, TargetKind.ROLE)


def schedules(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    for path, session in _sessions(plan):
        wrong = list(_unreadable(path, session))
        yield from wrong
        if not wrong and _never(session):
            yield Finding((*path, "schedule"), "never takes place: every occurrence falls on a holiday")


def areas(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    known = {area.key for area in plan.areas}
    for path, session in _sessions(plan):
        if session.area:
            yield from unknown((*path, "area"), session.area, known, what="area")


def people(plan: ControlPlan, index: PlanIndex) -> Iterator[Finding]:
    for path, session in _sessions(plan):
        yield from _facilitator((*path, "facilitator"), session, index)
        for place, text in enumerate(session.participants):
            yield from _person((*path, "participants", place), text, index)


def last_acts(plan: ControlPlan, _: PlanIndex) -> Iterator[Finding]:
    """What becomes of exceptions that nobody took: the session that shall decide must take place."""
    known = {session.key for session in plan.sessions}
    for key, policy in plan.escalation_policies.items():
        then = policy.at_top.then if policy.at_top else None
        if then is not None and then.session is not None:
            path = ("escalation_policies", key, "at_top", "then", "session")
            yield from unknown(path, then.session, known, what="session")


def _facilitator(path: Path, session: Session, index: PlanIndex) -> Iterator[Finding]:
    wrong = list(_person(path, session.facilitator, index))
    yield from wrong
    target = Target.parse(session.facilitator)
    if not wrong and not people_of(target, owner=None, area=session.area, index=index):
        where = f"in {session.area}" if session.area else "of the whole site"
        yield Finding(path, f"nobody {where} is {session.facilitator}; name a @person or another role")


def _person(path: Path, text: str, index: PlanIndex) -> Iterator[Finding]:
    if Target.parse(text).kind in _PEOPLE:
        yield from unknown_target(path, text, index)
    else:
        yield Finding(path, f"{text!r} is no person; name a role, role@<area key> or @person")


def _unreadable(path: Path, session: Session) -> Iterator[Finding]:
    try:
        check_cron(session.schedule)
    except ScheduleError as error:
        yield Finding((*path, "schedule"), str(error))
    try:
        if session.holidays:
            check_holidays(session.holidays)
    except ScheduleError as error:
        yield Finding((*path, "holidays"), str(error))


def _never(session: Session) -> bool:
    return next_occurrence(Schedule(session.schedule, ZoneInfo("UTC"), session.holidays), _ANY_DAY) is None


def _sessions(plan: ControlPlan) -> Iterator[tuple[Path, Session]]:
    yield from ((("sessions", index), session) for index, session in enumerate(plan.sessions))
