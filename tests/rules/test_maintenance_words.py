"""What people type for a maintenance window, and which moments it means in the plant."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.commands import CommandError
from rules.commands.suppressions import read_maintenance
from rules.kpi_rules import rules_of_all_kpis
from rules.matchers import (
    UnknownMatterError,
    channels_of_matcher,
    matcher_of,
    may_silence,
    name_of_matter,
)
from rules.plan_index import PlanIndex
from rules.suppressions import Matcher, SuppressionError
from rules.windows import LocalMoment, WindowWords, read_moment, window_of
from tests.cast import control_plan

BERLIN = ZoneInfo("Europe/Berlin")
INDEX = PlanIndex(control_plan())
HOUR = timedelta(hours=1)
OEE = {
    "key": "oee", "name": "OEE", "unit": "%", "direction": "higher", "target": 78,
    "owner": "team_lead@filling", "stale_after": "1h", "area": "packaging",
}  # fmt: skip


def local(day: str, at: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=BERLIN).astimezone(UTC)


TUESDAY = "2026-03-03"


def window(words: str, *, at: str = "21:00", day: str = TUESDAY) -> tuple[str, str]:
    """Beginning and end, in local words, of what is typed on a Tuesday evening."""
    said = read_maintenance(f"line-2 {words} because lubrication").window
    begins, ends = window_of(said, now=local(day, at), zone=BERLIN)
    return f"{begins.astimezone(BERLIN):%a %d %H:%M}", f"{ends.astimezone(BERLIN):%a %d %H:%M}"


@pytest.mark.parametrize(
    ("typed", "what", "reason"),
    [
        ("line-2 for 4h because planned lubrication", "line-2", "planned lubrication"),
        ("Line 2 for 4h: planned lubrication", "Line 2", "planned lubrication"),
        ("line 2 until 06:00 planned lubrication", "line 2", "planned lubrication"),
        ("line-2, L3 from 22:00 until 06:00 because of works for Bob", "line-2, L3", "of works for Bob"),
        ("rule machine-down from tomorrow 22:00 for 8h – belt", "rule machine-down", "belt"),
    ],
)  # fmt: skip
def test_what_window_and_reason_are_told_apart(typed: str, what: str, reason: str) -> None:
    read = read_maintenance(typed)
    assert (read.what, read.reason) == (what, reason)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "needs an end"),
        ("line-2 because lubrication", "needs an end"),
        ("for 4h because lubrication", "for what"),
        ("line-2 for 4h", "needs a reason"),
        ("line-2 for 4h because", "needs a reason"),
        ("line-2 for ever because", "not a duration"),
        ("line-2 for", "not a duration"),
        ("line-2 until", "comes a time"),
        ("line-2 until 25:00 because lubrication", "comes a time"),
        ("line-2 from noon until 13:00 because lubrication", "comes a time"),
        ("line-2 from 22:00 because lubrication", "needs an end"),
    ],
)
def test_what_is_missing_is_said(typed: str, why: str) -> None:
    with pytest.raises(CommandError, match=why) as refusal:
        read_maintenance(typed)
    assert refusal.value.suggestion.startswith("maintenance ")


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_in_words(text: str) -> None:
    try:
        assert read_maintenance(text).reason
    except CommandError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("for 4h", ("Tue 03 21:00", "Wed 04 01:00")),
        ("until 22:00", ("Tue 03 21:00", "Tue 03 22:00")),
        ("until 06:00", ("Tue 03 21:00", "Wed 04 06:00")),
        ("from 22:00 until 06:00", ("Tue 03 22:00", "Wed 04 06:00")),
        ("from 20:30 until 06:00", ("Tue 03 20:30", "Wed 04 06:00")),
        ("from 20:00 until 22:00", ("Wed 04 20:00", "Wed 04 22:00")),
        ("from 00:00 until 24:00", None),
        ("from tomorrow 22:00 until 06:00", ("Wed 04 22:00", "Thu 05 06:00")),
        ("from tomorrow 08:00 until tomorrow 10:00", ("Wed 04 08:00", "Wed 04 10:00")),
        ("from sat 06:00 until mon 06:00", ("Sat 07 06:00", "Mon 09 06:00")),
        ("from tuesday 20:00 for 1h", ("Tue 10 20:00", "Tue 10 21:00")),
        ("from 2026-03-20 06:00 to 2026-03-21T06:00", ("Fri 20 06:00", "Sat 21 06:00")),
        ("from 00:00 until 00:00", ("Wed 04 00:00", "Thu 05 00:00")),
    ],
)
def test_times_are_those_of_the_plant(words: str, expected: tuple[str, str] | None) -> None:
    if expected is None:
        with pytest.raises(CommandError):
            window(words)
    else:
        assert window(words) == expected


def test_just_after_midnight_today_is_today() -> None:
    assert window("from today 06:00 until today 08:00", at="00:10") == ("Tue 03 06:00", "Tue 03 08:00")
    assert window("from 23:50 until 06:00", at="00:10") == ("Mon 02 23:50", "Tue 03 06:00")


def test_a_night_in_which_the_clocks_are_put_forward_is_an_hour_shorter() -> None:
    said = read_maintenance("line-2 from 22:00 until 06:00 because lubrication").window
    begins, ends = window_of(said, now=local("2026-03-28", "21:00"), zone=BERLIN)
    assert ends - begins == 7 * HOUR
    begins, ends = window_of(said, now=local("2026-10-24", "21:00"), zone=BERLIN)
    assert ends - begins == 9 * HOUR


def test_four_hours_are_four_hours_whatever_the_clocks_do() -> None:
    said = read_maintenance("line-2 from 00:30 for 4h because lubrication").window
    begins, ends = window_of(said, now=local("2026-03-28", "21:00"), zone=BERLIN)
    assert ends - begins == 4 * HOUR
    assert f"{ends.astimezone(BERLIN):%H:%M}" == "05:30"


def test_a_time_that_the_clocks_skip_is_as_many_minutes_after_the_change() -> None:
    said = read_maintenance("line-2 until 02:30 because lubrication").window
    _, ends = window_of(said, now=local("2026-03-29", "01:00"), zone=BERLIN)
    assert f"{ends.astimezone(BERLIN):%H:%M}" == "03:30"


@given(minute=st.integers(0, 366 * 24 * 60), begin=st.times(), until=st.times())
def test_bare_times_always_make_a_window_that_is_not_over_and_no_longer_than_a_day(
    minute: int, begin: time, until: time
) -> None:
    now = local("2026-01-01", "00:00") + timedelta(minutes=minute)
    begin, until = begin.replace(second=0, microsecond=0), until.replace(second=0, microsecond=0)
    said = WindowWords(LocalMoment(begin), until=LocalMoment(until))
    begins, ends = window_of(said, now=now, zone=BERLIN)
    assert now - HOUR < begins <= now + 26 * HOUR
    assert begins < ends <= begins + 26 * HOUR


@pytest.mark.parametrize("words", ["from 9999-12-30 00:00 for 72h", "from 0001-01-01 00:00 for 1h"])
def test_what_is_beyond_any_calendar_is_refused(words: str) -> None:
    with pytest.raises(SuppressionError, match="beyond any calendar"):
        window(words)


def test_a_day_that_does_not_exist_is_refused() -> None:
    moment = read_moment(["2026-02-30", "06:00"])
    assert moment is not None
    with pytest.raises(SuppressionError, match="There is no day 2026-02-30"):
        window_of(WindowWords(until=moment[0]), now=local(TUESDAY, "12:00"), zone=BERLIN)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("line-2", Matcher(places=("line-2",))),
        ("Line 2", Matcher(places=("line-2",))),
        ("L2, packaging", Matcher(places=("line-2", "packaging"))),
        ("everything", Matcher(places=("*",))),
        ("Riverside", Matcher(places=("*",))),
        ("line-down", Matcher(rules=("line-down",))),
        ("rule line-down", Matcher(rules=("line-down",))),
        ("source /plc/*", Matcher(sources=("/plc/*",))),
        ("signal filler-2", Matcher(fingerprints=("filler-2",))),
    ],
)
def test_what_is_to_be_silent_is_found_in_the_plan(words: str, expected: Matcher) -> None:
    assert matcher_of(words, INDEX) == expected


@pytest.mark.parametrize(
    ("words", "meant"), [("lime-2", "line-2"), ("line-donw", "line-down"), ("xyzzy", "")]
)
def test_what_the_plan_does_not_know_is_refused_with_what_may_be_meant(words: str, meant: str) -> None:
    with pytest.raises(UnknownMatterError) as refusal:
        matcher_of(words, INDEX)
    assert refusal.value.suggestion == meant


def test_equipment_and_rules_do_not_share_a_window() -> None:
    with pytest.raises(SuppressionError, match="windows of their own"):
        matcher_of("line-2, rule line-down", INDEX)


def test_a_kpi_means_everything_that_is_watched_of_it() -> None:
    index = PlanIndex(control_plan(kpis=[OEE]))
    assert matcher_of("OEE", index) == Matcher(rules=("kpi:oee:*",))
    (rule,) = rules_of_all_kpis(index.plan)
    assert rule.key == "kpi:oee:stale"
    assert channels_of_matcher(Matcher(rules=("kpi:oee:*",)), index) == ("#packaging",)


def test_it_is_called_what_the_plan_calls_it() -> None:
    index = PlanIndex(control_plan(kpis=[OEE]))
    for typed, called in {
        "line-2": "Line 2",
        "filler-2": "Filler 2 · Line 2",
        "oee": "KPI OEE",
        "rule line-down": "rule line-down",
        "everything": "everything",
        "signal filler-*": "signal filler-*",
    }.items():
        assert name_of_matter(matcher_of(typed, index), index) == called


def test_an_area_is_touched_by_what_names_one_of_its_places_or_no_place_at_all() -> None:
    for matcher, areas in {
        Matcher(places=("line-2",)): ["filling"],
        Matcher(places=("*",)): ["filling", "packaging"],
        Matcher(sources=("/mes",)): ["filling", "packaging"],
    }.items():
        assert [area for area in ("filling", "packaging") if may_silence(matcher, area, INDEX)] == areas


def test_its_areas_hear_of_it_and_the_catch_all_when_it_is_about_no_place() -> None:
    assert channels_of_matcher(Matcher(places=("filler-2", "line-2")), INDEX) == ("#filling",)
    assert channels_of_matcher(Matcher(places=("*",)), INDEX) == ("#filling", "#packaging")
    assert channels_of_matcher(Matcher(rules=("line-down",)), INDEX) == ("#control-room",)
