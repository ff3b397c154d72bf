"""Schedules: when a session takes place, across clock changes, month ends and public holidays.

A time that the clocks skip in spring takes place right after the gap; one that they repeat in autumn takes
place once, the first time. Every so many minutes is every so many minutes, on those nights, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from rules.control_plan import Holidays, OnHoliday, Session

_FIELDS = 5
_LOOKS_LIKE = '"30 6,14 * * MON-SAT" for 06:30 and 14:30 except on Sundays'
_DAY = timedelta(days=1)
_NEVER = 10
"""Years without a single occurrence after which there is none."""

_LOOKS_BACK = (timedelta(hours=1), timedelta(days=1), timedelta(days=8), timedelta(days=400))


class ScheduleError(ValueError):
    """Not a schedule, or holidays of a country that nobody knows; says what one looks like."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When something takes place. `cron` is read in `zone`."""

    cron: str
    zone: ZoneInfo
    holidays: Holidays | None = None

    @classmethod
    def of(cls, session: Session, timezone: str) -> Self:
        """The schedule of a session of the plan."""
        return cls(session.schedule, ZoneInfo(timezone), session.holidays)


def check_cron(cron: str) -> None:
    """Raises ScheduleError for what cannot be read."""
    if len(cron.split()) != _FIELDS:
        raise ScheduleError(f"{cron!r} is not a schedule: it takes five fields, such as {_LOOKS_LIKE}")
    try:
        CronSim(cron, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        reason = str(error).removeprefix("Bad ")
        raise ScheduleError(
            f"{cron!r} has no {reason} that ever comes; write one such as {_LOOKS_LIKE}"
        ) from error


def check_holidays(kept: Holidays) -> None:
    """Raises ScheduleError for a country or subdivision without a calendar."""
    try:
        _days_off(kept.country, kept.subdivision, 2026)
    except NotImplementedError as error:
        raise ScheduleError(
            f"{error}; write ISO codes, such as country: DE with subdivision: BY, or leave holidays out"
        ) from error


def next_occurrence(schedule: Schedule, after: datetime) -> datetime | None:
    """The first occurrence after that moment, in UTC; None when there is none in ten years."""
    earliest: datetime | None = None
    start = _before_days_off(after.astimezone(schedule.zone), schedule.holidays)
    for nominal in _nominal(schedule, start):
        if earliest is not None and nominal >= earliest:
            break
        if nominal.year > after.year + _NEVER:
            return None
        actual = _moved(nominal.astimezone(schedule.zone), schedule.holidays)
        if actual is not None and actual > after and (earliest is None or actual < earliest):
            earliest = actual
    return earliest


def newest_occurrence(schedule: Schedule, since: datetime, until: datetime) -> datetime:
    """The last occurrence up to `until`, no earlier than `since`, which is one itself."""
    for span in _LOOKS_BACK:
        found = next_occurrence(schedule, until - span) if until - span > since else None
        if found is not None and found <= until:
            return _last(schedule, found, until)
    return _last(schedule, since, until)


def count_before(schedule: Schedule, since: datetime, until: datetime, *, most: int) -> int:
    """How many occurrences there are from `since`, one itself, to before `until`; at most `most`."""
    count, occurrence = 0, since
    while count < most and occurrence < until:
        count += 1
        following = next_occurrence(schedule, occurrence)
        occurrence = until if following is None else following
    return count


def _last(schedule: Schedule, found: datetime, until: datetime) -> datetime:
    following = next_occurrence(schedule, found)
    while following is not None and following <= until:
        found, following = following, next_occurrence(schedule, following)
    return found


def _nominal(schedule: Schedule, start: datetime) -> Iterator[datetime]:
    """Occurrences without regard to holidays, in UTC, each once.

    At the edges of summer time two local times can mean the same moment, and one local time can come back.
    """
    # In UTC: a second before a local time may be an hour away.
    latest = start.astimezone(UTC) - timedelta(seconds=1)
    for local in CronSim(schedule.cron, latest.astimezone(schedule.zone)):
        moment = local.astimezone(UTC)
        if moment > latest:
            latest = moment
            yield moment


def _before_days_off(local: datetime, kept: Holidays | None) -> datetime:
    """Where to look from: what falls on a holiday may be moved to a moment after this one."""
    if kept is None or kept.then is OnHoliday.SKIP:
        return local
    day = local.date()
    while _is_off(day - _DAY, kept):
        day -= _DAY
    if day == local.date() and not _is_off(day, kept):
        return local
    return datetime(day.year, day.month, day.day, tzinfo=local.tzinfo)


def _moved(local: datetime, kept: Holidays | None) -> datetime | None:
    """When it takes place after all, in UTC; None when it is left out."""
    if kept is None or not _is_holiday(local.date(), kept):
        return local.astimezone(UTC)
    if kept.then is OnHoliday.SKIP:
        return None
    day = local.date()
    while _is_off(day, kept):
        day += _DAY
    return datetime.combine(day, local.time(), local.tzinfo).astimezone(UTC)


def _is_holiday(day: date, kept: Holidays) -> bool:
    return day in _days_off(kept.country, kept.subdivision, day.year)[0]


def _is_off(day: date, kept: Holidays) -> bool:
    return _is_holiday(day, kept) or day.weekday() in _days_off(kept.country, kept.subdivision, day.year)[1]


@lru_cache(maxsize=256)
def _days_off(country: str, subdivision: str | None, year: int) -> tuple[frozenset[date], frozenset[int]]:
    """The public holidays of a year, and the weekdays on which nobody works."""
    # Imported here: it takes a sixth of a second, and plans without holidays never need it.
    from holidays import country_holidays

    calendar = country_holidays(country, subdiv=subdivision, years=year)
    return frozenset(calendar), frozenset(calendar.weekend)
