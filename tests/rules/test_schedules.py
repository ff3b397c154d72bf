"""When sessions take place: across clock changes, month ends and holidays, each occurrence once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.control_plan import ControlPlan, Holidays, OnHoliday, Then
from rules.coverage import findings
from rules.schedules import Schedule, ScheduleError, check_cron, newest_occurrence, next_occurrence
from tests.rules.plant import PLANT

BERLIN = ZoneInfo("Europe/Berlin")
SKIP = Holidays(country="DE")
MOVE = Holidays(country="DE", then=OnHoliday.NEXT_WORKING_DAY)
TIER_2: dict[str, Any] = {
    "key": "tier-2",
    "name": "Tier 2",
    "kind": "tier-meeting",
    "schedule": "30 6,14 * * MON-SAT",
    "area": "filling",
    "facilitator": "team_lead",
    "channel": "#filling",
}


def schedule(cron: str, holidays: Holidays | None = None, zone: ZoneInfo = BERLIN) -> Schedule:
    return Schedule(cron, zone, holidays)


def following(timetable: Schedule, after: datetime, count: int) -> list[str]:
    """The next occurrences as the plant's clocks show them."""
    shown = []
    moment: datetime | None = after
    for _ in range(count):
        assert moment is not None
        moment = next_occurrence(timetable, moment)
        shown.append(f"{moment.astimezone(timetable.zone):%m-%d %H:%M%z}" if moment else "never")
    return shown


def test_a_time_that_spring_skips_takes_place_right_after_the_gap() -> None:
    times = following(schedule("30 2 * * *"), datetime(2026, 3, 28, 0, tzinfo=UTC), 3)
    assert times == ["03-28 02:30+0100", "03-29 03:00+0200", "03-30 02:30+0200"]


def test_two_times_in_the_gap_are_one_occurrence() -> None:
    times = following(schedule("0,30 2 * * *"), datetime(2026, 3, 28, 12, tzinfo=UTC), 2)
    assert times == ["03-29 03:00+0200", "03-30 02:00+0200"]


def test_a_time_that_autumn_repeats_takes_place_the_first_time() -> None:
    timetable = schedule("30 2 * * *")
    times = following(timetable, datetime(2026, 10, 24, 12, tzinfo=UTC), 2)
    assert times == ["10-25 02:30+0200", "10-26 02:30+0100"]
    between = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert following(timetable, between, 1) == ["10-26 02:30+0100"]


@pytest.mark.parametrize(
    "night", [datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)]
)
def test_every_half_hour_is_every_half_hour_on_both_nights(night: datetime) -> None:
    timetable, moment = schedule("*/30 * * * *"), night
    for _ in range(12):
        found = next_occurrence(timetable, moment)
        assert found == moment + timedelta(minutes=30)
        moment = found


def test_a_morning_meeting_stays_in_the_morning_all_year() -> None:
    timetable = schedule("30 6 * * MON-SAT")
    moment: datetime | None = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(300):
        assert moment is not None
        moment = next_occurrence(timetable, moment)
        assert moment is not None
        assert f"{moment.astimezone(BERLIN):%H:%M}" == "06:30"


def test_midnight_takes_place_even_where_the_clocks_skip_it() -> None:
    beirut = schedule("0 0 * * *", zone=ZoneInfo("Asia/Beirut"))
    times = following(beirut, datetime(2026, 3, 27, 12, tzinfo=UTC), 3)
    assert times == ["03-28 00:00+0200", "03-29 01:00+0300", "03-30 00:00+0300"]


def test_the_last_day_of_a_month_is_the_last_day_of_that_month() -> None:
    times = following(schedule("0 10 L * *"), datetime(2028, 1, 1, tzinfo=UTC), 3)
    assert [time[:5] for time in times] == ["01-31", "02-29", "03-31"]
    quarters = following(schedule("0 10 LW 3,6,9,12 *"), datetime(2026, 1, 1, tzinfo=UTC), 3)
    assert [time[:5] for time in quarters] == ["03-31", "06-30", "09-30"]


def test_a_session_on_a_holiday_is_left_out() -> None:
    times = following(schedule("0 8 * * *", SKIP), datetime(2026, 12, 24, 12, tzinfo=UTC), 1)
    assert times == ["12-27 08:00+0100"]


def test_or_moved_to_the_next_working_day_where_it_meets_no_second_one() -> None:
    weekly = following(schedule("0 9 * * FRI", MOVE), datetime(2026, 12, 24, 12, tzinfo=UTC), 2)
    assert weekly == ["12-28 09:00+0100", "01-04 09:00+0100"]
    daily = following(schedule("0 9 * * MON-FRI", MOVE), datetime(2026, 12, 24, 12, tzinfo=UTC), 2)
    assert daily == ["12-28 09:00+0100", "12-29 09:00+0100"]


def test_what_was_moved_is_found_from_any_moment_before_it() -> None:
    weekly = schedule("0 9 * * FRI", MOVE)
    for hours in range(0, 90, 7):
        moment = datetime(2026, 12, 24, 12, tzinfo=UTC) + timedelta(hours=hours)
        assert following(weekly, moment, 1) == ["12-28 09:00+0100"]


def test_a_session_that_only_meets_on_holidays_never_meets() -> None:
    assert next_occurrence(schedule("0 8 25 12 *", SKIP), datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_of_everything_missed_the_newest_is_found_quickly() -> None:
    timetable = schedule("*/2 * * * *")
    long_ago, now = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, 12, 1, tzinfo=UTC)
    assert newest_occurrence(timetable, long_ago, now) == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert newest_occurrence(schedule("0 8 1 1 *"), long_ago, long_ago) == long_ago


@pytest.mark.parametrize(
    ("cron", "wrong"),
    [
        ("* * *", "takes five fields"),
        ("0 0 8 * * MON", "takes five fields"),
        ("99 * * * *", "has no minute that ever comes"),
        ("0 8 * * FUN", "has no day-of-week that ever comes"),
        ("0 8 30 2 *", "has no day-of-month that ever comes"),
    ],
)
def test_what_is_no_schedule_is_refused_with_one_that_is(cron: str, wrong: str) -> None:
    with pytest.raises(ScheduleError, match=wrong) as refused:
        check_cron(cron)
    assert "30 6,14 * * MON-SAT" in str(refused.value)


ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "UTC"])
CRONS = st.sampled_from(
    [
        "30 6,14 * * MON-SAT",
        "0,30 2 * * *",
        "*/15 * * * *",
        "15 */3 * * *",
        "0 10 L * *",
        "0 0 * * MON",
        "5 1-3 * * *",
    ]
)
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(), timedelta(days=2900)).map(lambda span: EPOCH + span)


@settings(deadline=None)
@given(cron=CRONS, zone=ZONES, start=MOMENTS, holidays=st.sampled_from([None, SKIP, MOVE]))
def test_time_only_goes_forward_and_a_holiday_is_kept(
    cron: str, zone: str, start: datetime, holidays: Holidays | None
) -> None:
    timetable = Schedule(cron, ZoneInfo(zone), holidays)
    free = Schedule(cron, ZoneInfo(zone))
    found = [start]
    for _ in range(8):
        moment = next_occurrence(timetable, found[-1])
        assert moment is not None
        found.append(moment)
    assert all(earlier < later for earlier, later in pairwise(found))
    if holidays is SKIP:
        assert all(next_occurrence(free, each - timedelta(seconds=1)) == each for each in found[1:])


@settings(deadline=None)
@given(cron=CRONS, zone=ZONES, start=MOMENTS, seconds=st.integers(0, 90_000))
def test_nothing_lies_between_a_moment_and_its_next_occurrence(
    cron: str, zone: str, start: datetime, seconds: int
) -> None:
    timetable = Schedule(cron, ZoneInfo(zone))
    found = next_occurrence(timetable, start)
    assert found is not None
    between = start + timedelta(seconds=seconds)
    if between < found:
        assert next_occurrence(timetable, between) == found


@pytest.mark.parametrize(
    ("changes", "path", "wrong"),
    [
        ({"schedule": "soon"}, ("sessions", 0, "schedule"), "five fields"),
        ({"schedule": "0 8 25 12 *", "holidays": {"country": "DE"}}, ("sessions", 0, "schedule"), "never"),
        ({"holidays": {"country": "XX"}}, ("sessions", 0, "holidays"), "ISO codes"),
        ({"area": "filing"}, ("sessions", 0, "area"), "did you mean 'filling'"),
        ({"facilitator": "#filling"}, ("sessions", 0, "facilitator"), "is no person"),
        ({"facilitator": "@mario"}, ("sessions", 0, "facilitator"), "did you mean 'maria'"),
        ({"participants": ["team_leed"]}, ("sessions", 0, "participants", 0), "did you mean 'team_lead'"),
    ],
)
def test_what_is_wrong_with_a_session_is_found_where_it_stands(
    changes: dict[str, Any], path: tuple[str | int, ...], wrong: str
) -> None:
    plan = ControlPlan.model_validate({**PLANT, "sessions": [{**TIER_2, **changes}]})
    found = [finding for finding in findings(plan) if finding.path[0] == "sessions"]
    assert [finding.path for finding in found] == [path]
    assert wrong in found[0].message


def test_a_last_act_names_a_session_that_takes_place() -> None:
    standard = {**PLANT["escalation_policies"]["standard"]}
    standard["at_top"] = {"repeat": "30m", "then": {"session": "tier-3"}}
    plan = ControlPlan.model_validate(
        {**PLANT, "sessions": [TIER_2], "escalation_policies": {"standard": standard}}
    )
    (found,) = (each for each in findings(plan) if each.path[-1] == "session")
    assert found.path == ("escalation_policies", "standard", "at_top", "then", "session")
    assert "did you mean 'tier-2'?" in found.message
    with pytest.raises(ValidationError, match="neither a channel nor a session"):
        Then()


def test_two_sessions_of_one_key_are_refused() -> None:
    plan = ControlPlan.model_validate({**PLANT, "sessions": [TIER_2, TIER_2]})
    assert ("sessions", 1, "key") in {finding.path for finding in findings(plan)}
