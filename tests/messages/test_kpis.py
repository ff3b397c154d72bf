"""How a KPI stands, read aloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.messages.blocks import Message
from bot.messages.charts import charts_of, in_bars
from bot.messages.kpis import Asked, Owned, kpi_board, kpi_card, recorded, sign
from bot.messages.lists import Line
from rules.control_plan import Kpi
from rules.decisions import Decision
from rules.kpis import Reading, Standing, standing
from tests.kpi_stories import kpi, low, reading
from tests.messages.cast import CREW, NOON, at, lines, opened
from tests.messages.slack_limits import assert_message_is_accepted, assert_nobody_is_smuggled_in


class Terms:
    """The crew, and one KPI."""

    name = CREW.name
    mention = CREW.mention

    def kpi(self, key: str | None) -> Kpi | None:
        return kpi() if key == "oee" else None


ASKED = Asked(Terms(), "EUR", at(5), UTC)
DECISION = Decision(
    7, "Second crew on Saturday", "oee", 2.0, at(60 * 24 * 7), "maria", "ana", NOON, baseline=61.4
)


def stands(value: float | None, *thresholds: dict[str, Any], **about: Any) -> Standing:
    latest = None if value is None else reading(value)
    return standing(kpi(*thresholds, **about), latest, at(5))


def shown(standing: Standing, *recent: Reading, **more: Any) -> Message:
    listed: dict[str, Any] = {"open_ones": [], "total_open": 0, "decisions": [], **more}
    return kpi_card(Owned(standing, "maria"), ASKED, recent=recent, **listed)


def test_a_card_says_value_target_gap_money_age_source_and_owner() -> None:
    card = shown(stands(61.4, money_per_unit=900), reading(61.4))
    assert_message_is_accepted(card.text, card.blocks)
    assert card.text == "OEE line 2: 61.4 %"
    assert lines(card)[:3] == [
        "🔴 *OEE line 2*",
        "*61.4 %* · target 74 % · misses it by 12.6 % (17 % of it) · costs 11,340 EUR a day",
        "read 5 min ago · from /historian/2 · Owner: Maria Lopez",
    ]


def test_its_last_readings_are_a_chart_and_figures() -> None:
    card = shown(stands(61.4), *(reading(value, at(step)) for step, value in enumerate([75, 68, 61.4])))
    assert_message_is_accepted(card.text, card.blocks)
    assert len(charts_of(card)) == 1
    assert lines(card)[-1] == "3 readings since today 12:00, from 61.4 % to 75 %"


def test_bars_take_the_place_of_a_chart_and_the_figures_stay() -> None:
    card = shown(stands(61.4), *(reading(value, at(step)) for step, value in enumerate([75, 68, 61.4])))
    told = lines(in_bars(card))
    assert told[-2:] == ["`█▄▁` OEE line 2", "3 readings since today 12:00, from 61.4 % to 75 %"]


def test_a_single_reading_is_no_line() -> None:
    assert charts_of(shown(stands(61.4), reading(61.4))) == []


def test_what_is_open_and_what_was_decided_stand_below() -> None:
    card = shown(stands(61.4), open_ones=[Line(opened())], total_open=3, decisions=[DECISION])
    told = "\n".join(lines(card))
    assert "EX-12" in told
    assert "… and 2 more: `/andon list open`" in told
    assert "*D-7*" in told


def test_a_value_that_was_typed_in_and_corrected_says_so() -> None:
    typed = replace(reading(61.4), entered_by="ana", revision=2)
    assert "typed in by Ana Silva · corrected 1×" in "\n".join(lines(shown(stands(61.4), typed)))


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (stands(61.4), "🔴"),
        (stands(72.0), "🟡"),
        (stands(74.0), "🟢"),
        (stands(None), "⚪"),
        (stands(80.0, stale_after="5m"), "⚪"),
    ],
)
def test_what_is_not_known_is_never_green(standing: Standing, expected: str) -> None:
    assert sign(standing) == expected


def test_the_board_shows_only_what_needs_somebody_the_dearest_first() -> None:
    board = [
        stands(74.0, name="Well"),
        stands(61.4, name="Cheap", money_per_unit=1),
        stands(80.0, name="Silent", stale_after="5m"),
        stands(70.0, name="Dear", money_per_unit=1000),
        stands(None, name="New"),
    ]
    told = lines(kpi_board([Owned(each, "maria") for each in board], ASKED))
    assert [line.split(" · ")[0] for line in told] == [
        "*KPIs that need somebody: 3*",
        "🔴 *Dear*",
        "🔴 *Cheap*",
        "⚪ *Silent*",
        "1 is within limits. No reading yet: New. `/andon kpi` and a name shows one of them.",
    ]
    assert "⚠️ stale: last read 5 min ago" in told[3]


def test_a_board_with_nothing_on_it_is_good_news() -> None:
    told = lines(kpi_board([Owned(stands(75.0), "maria")], ASKED))
    assert told[0] == "No KPI needs attention. 🎉"
    assert lines(kpi_board([], ASKED)) == ["The control plan has no KPIs yet."]


def test_a_long_board_stays_within_slacks_limits() -> None:
    board = kpi_board([Owned(stands(1.0, name="K" * 120), "maria")] * 40, ASKED)
    assert_message_is_accepted(board.text, board.blocks)
    assert "… and 20 more" in lines(board)


def test_whoever_types_a_value_is_told_what_follows() -> None:
    assert recorded(stands(61.4), "opened EX-3.").text == (
        "🔴 Recorded: OEE line 2 at 61.4 %, target 74 (−17 %). opened EX-3."
    )


@pytest.mark.parametrize("hostile", ["<!channel>", "<@U0MARIA>", "*a* & <b|c>"])
def test_names_units_and_sources_from_outside_stay_words(hostile: str) -> None:
    declared = stands(61.4, low(), name=hostile, unit=hostile[:20])
    card = shown(declared, reading(61.4, source=hostile), reading(60.0, at(1), source=hostile))
    assert_nobody_is_smuggled_in(card.blocks)
    assert_nobody_is_smuggled_in(kpi_board([Owned(declared, "maria")], ASKED).blocks)
    assert_nobody_is_smuggled_in(recorded(declared, hostile).blocks)


def test_times_are_every_readers_own() -> None:
    assert isinstance(NOON, datetime)
    assert "<!date^" in str(shown(stands(61.4), reading(75.0), reading(61.4, at(1))).blocks)
