from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.durations import DurationError, format_duration, parse_duration
from tests.cast import NOON


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("5m", 300),
        ("1h30m", 5400),
        ("1.5h", 5400),
        ("7d", 604800),
        ("2w", 1209600),
        ("250ms", 0.25),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "5 minutes", "m", "-5m", "1:30", "5m!", "²m", "PT5M"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(DurationError, match="such as 30s"):
        parse_duration(text)


def test_a_duration_beyond_any_calendar_is_refused() -> None:
    with pytest.raises(DurationError, match="longer than any calendar"):
        parse_duration("9" * 30 + "w")


def test_whatever_is_read_leads_to_a_moment_in_the_calendar() -> None:
    longest = parse_duration("365000d")
    assert NOON + longest > NOON - longest
    with pytest.raises(DurationError, match="longer than any calendar"):
        parse_duration("365000d1ms")


@given(st.integers(min_value=0, max_value=10**12))
def test_what_is_written_is_read_back_the_same(milliseconds: int) -> None:
    duration = timedelta(milliseconds=milliseconds)
    assert parse_duration(format_duration(duration)) == duration
