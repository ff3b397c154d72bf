"""A KPI's last readings as a chart: within Slack's limits, in the plant's time, and readable without eyes."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.messages.blocks import Block, Message, section
from bot.messages.chart_pictures import draw
from bot.messages.charts import chart, in_bars, in_words, picture, sparkline
from bot.sandbox.limits.messages import refuse_bad_blocks
from rules.kpis import Reading
from tests.kpi_stories import kpi, low, reading
from tests.messages.cast import NOON
from tests.messages.slack_limits import assert_message_is_accepted, assert_nobody_is_smuggled_in

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def every(step: timedelta, *values: float) -> list[Reading]:
    return [reading(value, NOON + number * step) for number, value in enumerate(values)]


def drawn(*readings: Reading, **about: object) -> Block:
    block = chart(kpi(**about), readings, BERLIN)
    assert block is not None
    return block


def labels(block: Block) -> list[str]:
    found: list[str] = block["chart"]["axis_config"]["categories"]
    return found


def levels(block: Block) -> dict[str, float]:
    return {line["name"]: line["data"][-1]["value"] for line in block["chart"]["series"]}


def assert_slack_takes(block: Block) -> None:
    """By our own checks and by the sandbox's, which were written apart from them."""
    assert_message_is_accepted("chart", [section("words"), block])
    refuse_bad_blocks([block], unsupported=set())


def test_values_stand_beside_the_target_and_the_limit() -> None:
    block = drawn(*every(HOUR, 75, 68, 61.4))
    assert_slack_takes(block)
    assert block["title"] == "OEE line 2"
    assert levels(block) == {"Value": 61.4, "Target": 74, "Limit": 70.3}
    assert [point["value"] for point in block["chart"]["series"][0]["data"]] == [75, 68, 61.4]


def test_of_several_limits_the_one_next_to_the_target_is_drawn_and_none_in_shadow() -> None:
    floor = low(key="floor", miss=None, level={"below": 50})
    close = low(key="close", miss="1%", shadow=True)
    assert levels(drawn(*every(HOUR, 75, 68), thresholds=(floor, low(), close)))["Limit"] == 70.3


def test_a_limit_at_the_target_is_not_drawn_twice() -> None:
    assert set(levels(drawn(*every(HOUR, 75, 68), thresholds=(low(miss="0%"),)))) == {"Value", "Target"}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (HOUR, ["13:00", "14:00", "15:00"]),
        (timedelta(seconds=20), ["13:00:00", "13:00:20", "13:00:40"]),
        (timedelta(hours=8), ["02 Mar 13:00", "02 Mar 21:00", "03 Mar 05:00"]),
        (timedelta(days=1), ["02 Mar", "03 Mar", "04 Mar"]),
        (timedelta(), ["13:00:00", "13:00:00 (2)", "13:00:00 (3)"]),
    ],
)
def test_times_are_the_plants_and_as_short_as_tells_them_apart(step: timedelta, expected: list[str]) -> None:
    block = drawn(*every(step, 1, 2, 3))
    assert_slack_takes(block)
    assert labels(block) == expected
    assert block["chart"]["axis_config"]["x_label"] == "Europe/Berlin"


def test_the_hour_that_a_clock_change_repeats_stays_two_points() -> None:
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    block = drawn(reading(70, before), reading(71, before + HOUR))
    assert_slack_takes(block)
    assert labels(block) == ["02:30:00", "02:30:00 (2)"]


def test_only_the_newest_are_drawn() -> None:
    block = drawn(*every(HOUR, *range(50)))
    assert_slack_takes(block)
    assert [point["value"] for point in block["chart"]["series"][0]["data"]] == [*range(30, 50)]


@pytest.mark.parametrize("few", [[], [75.0]])
def test_fewer_than_two_readings_are_no_line(few: list[float]) -> None:
    assert chart(kpi(), every(HOUR, *few), BERLIN) is None


@pytest.mark.parametrize("hostile", ["<!channel>", "$x_1$ 中文 😀", "K" * 120, "\u202e\x07"])
def test_names_and_units_from_outside_fit_and_stay_words(hostile: str) -> None:
    block = drawn(*every(HOUR, 1e15, -1e-9, 0.1 + 0.2), name=hostile, unit=hostile[:20])
    assert_slack_takes(block)
    assert block["chart"]["series"][0]["data"][-1]["value"] == 0.3
    shown = picture(block, "F0CHART")
    assert_message_is_accepted(shown.text, shown.blocks)
    assert_nobody_is_smuggled_in(shown.text)
    assert draw(block).startswith(b"\x89PNG")


def test_a_picture_says_its_figures_to_whoever_cannot_see_it() -> None:
    block = drawn(*every(HOUR, 75, 68, 61.4))
    words = "3 readings from 13:00 to 15:00, between 61.4 % and 75 %; last 61.4 %, target 74 %, limit 70.3 %"
    assert in_words(block) == f"OEE line 2: {words}"
    (image,) = picture(block, "F0CHART").blocks
    assert image["alt_text"] == in_words(block)


def test_a_picture_is_as_wide_as_slack_shows_it_and_small() -> None:
    png = draw(drawn(*every(HOUR, *range(20))))
    assert struct.unpack(">II", png[16:24]) == (1024, 400)
    assert len(png) < 60_000


def test_bars_take_the_place_of_a_chart_and_nothing_else_changes() -> None:
    told = Message("OEE", [section("above"), drawn(*every(HOUR, 75, 68, 61.4)), section("below")])
    assert in_bars(told).blocks == [section("above"), section("`█▄▁` OEE line 2"), section("below")]


def test_bars_of_values_that_never_moved_are_level() -> None:
    assert (sparkline([5, 5, 5]), sparkline([0, 7]), sparkline([3])) == ("▄▄▄", "▁█", "▄")
