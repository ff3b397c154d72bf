"""Windows as people type them: `from 22:00 until 06:00`, `for 4h`, in the time of the plant.

Across a clock change the times on the wall count for `from` and `until`, and elapsed time for `for`. A time
that the clocks skip is as many minutes after the change; one that they repeat is meant the first time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.suppressions import SuppressionError

_DAY = timedelta(days=1)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

JUST_BEGUN = timedelta(hours=1)
"""Who types 22:00 a little after it means the one that has just been, not tomorrow's."""


@dataclass(frozen=True, slots=True)
class LocalMoment:
    """A time on the wall, and the day if one was named: a date, a weekday (`monday`), `today`, `tomorrow`."""

    at: time
    day: str = ""


@dataclass(frozen=True, slots=True)
class WindowWords:
    """What was said of a window; exactly one of `until` and `span` is given."""

    begin: LocalMoment | None = None
    until: LocalMoment | None = None
    span: timedelta | None = None


def read_moment(words: list[str]) -> tuple[LocalMoment, int] | None:
    """The moment that these words begin with, and how many of them it takes; None when they do not."""
    if not words:
        return None
    day = _day(words[0])
    if day is None:
        at = _time(words[0])
        return (LocalMoment(at), 1) if at else _date_and_time(words[0])
    at = _time(words[1]) if len(words) > 1 else None
    return (LocalMoment(at, day), 2) if at else None


def window_of(said: WindowWords, *, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Beginning and end in UTC; raises SuppressionError for what is in no calendar."""
    try:
        return _window(said, now, zone)
    except OverflowError:
        raise SuppressionError("That is beyond any calendar; nothing was saved.") from None


def _window(said: WindowWords, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    today = now.astimezone(zone).date()
    begins = _resolved(said.begin, now - JUST_BEGUN, today, zone) if said.begin else now
    if said.until is None:
        return begins, begins + (said.span or timedelta())
    return begins, _resolved(said.until, begins, today, zone)


def _resolved(moment: LocalMoment, after: datetime, today: date, zone: ZoneInfo) -> datetime:
    """That of the named day, or the first after a moment."""
    if _DATE.fullmatch(moment.day):
        return _utc(_calendar_day(moment.day), moment.at, zone)
    if moment.day in ("today", "tomorrow"):
        return _utc(today + (_DAY if moment.day == "tomorrow" else timedelta()), moment.at, zone)
    first = after.astimezone(zone).date()
    days = [first + _DAY * number for number in range(9)]
    wanted = [day for day in days if moment.day in ("", _WEEKDAYS[day.weekday()])]
    return next(found for found in (_utc(day, moment.at, zone) for day in wanted) if found > after)


def _utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _calendar_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SuppressionError(f"There is no day {text}; nothing was saved.") from None


def _day(word: str) -> str | None:
    """A day as `LocalMoment` names it; a weekday may be shortened to three letters or more."""
    said = word.casefold().rstrip(",")
    if said in ("today", "tomorrow") or _DATE.fullmatch(said):
        return said
    return next((day for day in _WEEKDAYS if len(said) >= 3 and day.startswith(said)), None)


def _time(word: str) -> time | None:
    found = _TIME.fullmatch(word.rstrip(",:"))
    return time(int(found[1]), int(found[2])) if found else None


def _date_and_time(word: str) -> tuple[LocalMoment, int] | None:
    day, _, rest = word.upper().partition("T")
    at = _time(rest)
    return (LocalMoment(at, day), 1) if at and _DATE.fullmatch(day) else None
