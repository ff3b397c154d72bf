"""How long everything waits while Slack answers nothing."""

from datetime import timedelta

from rules.reach import LONGEST_HOLD, hold


def test_slack_is_asked_ever_more_rarely_and_never_less_than_six_times_a_minute() -> None:
    assert [hold(times).total_seconds() for times in range(7)] == [1, 2, 4, 8, 10, 10, 10]
    assert hold(10**6) == LONGEST_HOLD == timedelta(seconds=10)
