from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks import Clock, ClockKind, allowance, earliest_due, is_late, next_start
from tests.cast import NOON, after, minutes, new_thread

BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = st.integers(0, 10_000).map(lambda seconds: NOON + timedelta(seconds=seconds))


def clock(due_in: float = 5) -> Clock:
    return Clock(ClockKind.RESPOND, tier=0, started_at=NOON, due=after(due_in))


@pytest.mark.parametrize(
    ("times", "tier", "allowed"),
    [
        ((5, 10, 15), 0, 5),
        ((5, 10, 15), 1, 10),
        ((5, 10, 15), 2, 15),
        ((5, 10), 3, 10),
        ((24 * 60,), 7, 24 * 60),
    ],
)
def test_each_tier_has_its_time_and_a_short_list_repeats_its_last(
    times: tuple[int, ...], tier: int, allowed: int
) -> None:
    assert allowance([minutes(each) for each in times], tier) == minutes(allowed)


def test_no_times_allow_for_ever() -> None:
    assert allowance([], 0) is None


def test_a_paused_clock_runs_on_with_the_time_it_had_left() -> None:
    paused = clock().pause(after(2))
    assert (paused.due, paused.left) == (None, minutes(3))
    resumed = paused.resume(after(60))
    assert (resumed.due, resumed.left) == (after(63), None)


def test_a_clock_that_is_paused_overdue_rings_as_soon_as_it_runs_again() -> None:
    assert clock().pause(after(9)).resume(after(60)).due == after(60)


def test_pausing_a_paused_clock_keeps_what_was_left() -> None:
    paused = clock().pause(after(2))
    assert paused.pause(after(4)) == paused


def test_a_stopped_clock_can_be_neither_paused_nor_resumed() -> None:
    stopped = clock().stop()
    assert (stopped.due, stopped.left) == (None, None)
    assert stopped.pause(after(1)) == stopped
    assert stopped.resume(after(1)) == stopped


@given(pauses=st.lists(st.tuples(st.integers(1, 100), st.integers(1, 1000)), max_size=8))
def test_however_often_it_is_paused_a_clock_runs_for_its_time_and_no_longer(
    pauses: list[tuple[int, int]],
) -> None:
    running, now, ran = clock(30), NOON, timedelta()
    for runs, rests in pauses:
        step = min(timedelta(seconds=runs), minutes(30) - ran)
        ran += step
        now += step
        running = running.pause(now)
        now += timedelta(seconds=rests)
        running = running.resume(now)
    assert running.due is not None
    assert ran + (running.due - now) == minutes(30)


def test_a_clock_noticed_in_time_hands_over_on_time_and_one_missed_in_downtime_hands_over_now() -> None:
    due = after(5)
    assert next_start(due, due + timedelta(seconds=59)) == due
    assert next_start(due, due + timedelta(seconds=60)) == due + timedelta(seconds=60)
    assert not is_late(due, due + timedelta(seconds=59))
    assert is_late(due, due + timedelta(seconds=60))


@given(due=MOMENTS, waited=st.integers(0, 5000))
def test_the_next_clock_never_starts_in_the_future_nor_before_the_last_ended(
    due: datetime, waited: int
) -> None:
    now = due + timedelta(seconds=waited)
    assert due <= next_start(due, now) <= now


def test_a_subject_wakes_at_the_earliest_of_its_running_clocks() -> None:
    assert earliest_due([clock(9), clock(5), clock().stop()]) == after(5)
    assert earliest_due([clock().stop()]) is None
    assert earliest_due([]) is None


@pytest.mark.parametrize(
    ("evening", "wall_clock_hours"),
    [
        (datetime(2026, 3, 28, 22, 0, tzinfo=BERLIN), 7),  # the night in which an hour is missing
        (datetime(2026, 10, 24, 22, 0, tzinfo=BERLIN), 5),  # the night that has an hour twice
        (datetime(2026, 5, 31, 22, 0, tzinfo=BERLIN), 6),  # past midnight into another month
    ],
)
def test_over_a_change_to_summer_time_a_clock_keeps_its_absolute_length(
    evening: datetime, wall_clock_hours: int
) -> None:
    opened = evening.astimezone(UTC)
    thread = new_thread(policy={"clocks": {"respond": ["6h"]}}, at=opened)
    assert thread.due == opened + timedelta(hours=6)
    # Times of one zone are subtracted as a clock on the wall shows them.
    assert thread.due.astimezone(BERLIN) - evening == timedelta(hours=wall_clock_hours)
