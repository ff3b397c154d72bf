"""Durations as people write them in the control plan: `30s`, `5m`, `1h30m`, `7d`."""

import re
from datetime import timedelta

DURATION_PATTERN = r"^([0-9]+(\.[0-9]+)?(ms|s|m|h|d|w))+$"

_WHOLE = re.compile(DURATION_PATTERN)
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d|w)")
_UNITS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_LONGEST = timedelta(days=365_000)
"""A thousand years: as far from any moment of ours there still is a date."""

_WRITTEN_UNITS = ("d", "h", "m", "s", "ms")


class DurationError(ValueError):
    """The text is not a duration; the message says what one looks like."""


def parse_duration(text: str) -> timedelta:
    """Read `1h30m` as ninety minutes. Raises `DurationError`; a bare number has no unit and is refused."""
    compact = text.replace(" ", "")
    if not _WHOLE.match(compact):
        raise DurationError(
            f"{text!r} is not a duration; write a number with a unit, such as 30s, 5m, 1h30m or 7d"
        )
    try:
        duration = sum((float(number) * _UNITS[unit] for number, unit in _PART.findall(compact)), timedelta())
    except OverflowError:
        raise DurationError(f"{text!r} is longer than any calendar") from None
    if duration > _LONGEST:
        raise DurationError(f"{text!r} is longer than any calendar; a thousand years are the most")
    return duration


def format_duration(duration: timedelta) -> str:
    """Write a duration the way `parse_duration` reads it, to the millisecond; nothing at all is `0s`."""
    rest, parts = duration, []
    for unit in _WRITTEN_UNITS:
        count, rest = divmod(rest, _UNITS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
