from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.pace import (
    PER_CHANNEL,
    PER_METHOD,
    POST,
    UPDATE,
    Allowance,
    allowance_of,
    channel_key,
    keys_for,
    method_key,
)
from tests.cast import NOON

SLACKS_LIMIT_A_MINUTE = {
    POST: 300,
    UPDATE: 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "views.publish": 75,
}
"""Slack's tier 3; the workspace cap on posts, only said to be several hundred; of tier 4 three quarters, for
the rest is left to people who open their Home."""

MINUTE = timedelta(minutes=1)
WAITS = st.lists(st.integers(0, 5_000), min_size=1, max_size=400)
"""Milliseconds between one wish to call and the next; mostly an impatient caller."""


def calls_made(allowance: Allowance, waits: Sequence[int]) -> list[datetime]:
    """When calls leave if every wish is tried once and given up where the budget is spent."""
    free_at, now, made = None, NOON, []
    for wait in waits:
        now += timedelta(milliseconds=wait)
        if allowance.opens_at(free_at, now) <= now:
            free_at = allowance.spend(free_at, now)
            made.append(now)
    return made


def most_within(window: timedelta, calls: Sequence[datetime]) -> int:
    """The most calls in any window of that length, both ends included."""
    return max(sum(first <= call <= first + window for call in calls) for first in calls)


@pytest.mark.parametrize("method", sorted(PER_METHOD))
@given(waits=WAITS | st.lists(st.integers(0, 300), min_size=200, max_size=400))
def test_over_any_minute_no_method_is_called_more_often_than_slack_allows(
    method: str, waits: list[int]
) -> None:
    calls = calls_made(PER_METHOD[method], waits)
    assert most_within(MINUTE, calls) <= SLACKS_LIMIT_A_MINUTE[method]


@pytest.mark.parametrize("method", sorted(PER_METHOD))
def test_the_most_impatient_caller_stays_within_the_limit_and_uses_most_of_it(method: str) -> None:
    calls = calls_made(PER_METHOD[method], [10] * 20_000)
    limit = SLACKS_LIMIT_A_MINUTE[method]
    assert 0.8 * limit <= most_within(MINUTE, calls[:400]) <= limit


@given(waits=WAITS)
def test_a_channel_gets_one_message_a_second_and_short_bursts(waits: list[int]) -> None:
    calls = calls_made(PER_CHANNEL, waits)
    for seconds in (0, 1, 10, 60):
        assert most_within(timedelta(seconds=seconds), calls) <= seconds + PER_CHANNEL.burst


def test_a_rested_channel_takes_a_burst_at_once_and_then_one_a_second() -> None:
    calls = calls_made(PER_CHANNEL, [0, 0, 0, *[100] * 20])
    assert [(call - NOON).total_seconds() for call in calls] == [0, 0, 1, 2]


@given(waits=WAITS)
def test_whoever_waits_until_it_opens_may_leave_then(waits: list[int]) -> None:
    allowance, free_at, now = PER_METHOD[UPDATE], None, NOON
    for wait in waits:
        opens = allowance.opens_at(free_at, now)
        assert now <= opens <= now + allowance.interval
        assert allowance.opens_at(free_at, opens) == opens
        free_at, now = allowance.spend(free_at, opens), opens + timedelta(milliseconds=wait)


def test_a_post_draws_on_its_channel_and_an_update_only_on_its_method() -> None:
    assert keys_for(POST, "#filling") == (method_key(POST), channel_key("#filling"))
    assert keys_for(UPDATE, "#filling") == (method_key(UPDATE),)
    assert allowance_of(channel_key("#a:b")) is PER_CHANNEL
    assert allowance_of(method_key(UPDATE)) is PER_METHOD[UPDATE]
