from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.coverage import findings
from rules.figures import FigureError, figure, measure, parse_figure, signed
from rules.kpi_events import headline, reading_event, stale_event
from rules.kpi_rules import rules_of_kpi
from rules.kpis import ReadingError, gap, is_off, limits_of, miss_percent, standing
from rules.matching import RuleBook, Verdict
from tests.cast import NOON, after, control_plan
from tests.kpi_stories import OEE, kpi, low, oee, reading

ANY = st.floats(-1e9, 1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("direction", "value", "missed"),
    [("higher", 61.4, 12.6), ("higher", 80, -6), ("lower", 80, 6), ("lower", 61.4, -12.6)],
)
def test_a_positive_gap_is_bad_whichever_way_is_better(direction: str, value: float, missed: float) -> None:
    assert gap(kpi(direction=direction), value) == pytest.approx(missed)


def test_a_target_of_nothing_has_no_shares() -> None:
    assert miss_percent(kpi(low(miss=None, level={"above": 3}), target=0, direction="lower"), 3) is None


@pytest.mark.parametrize(
    ("threshold", "about", "breach", "off", "well"),
    [
        (low(), {}, 70.3, 70.2, 70.3),
        (low(), {"direction": "lower"}, 77.7, 77.8, 77.7),
        (low(miss="5%"), {"target": -10}, -10.5, -10.6, -10.5),
        (low(miss=None, level={"below": 65}), {}, 65, 64.9, 65),
        (low(miss=None, level={"above": 90}), {}, 90, 90.1, 90),
        (low(miss="0%"), {}, 74, 73.9, 74),
    ],
)
def test_a_threshold_is_a_limit_on_one_side(
    threshold: dict[str, Any], about: dict[str, Any], breach: float, off: float, well: float
) -> None:
    declared = kpi(threshold, **about)
    assert limits_of(declared, declared.thresholds[0]).breach == pytest.approx(breach)
    assert is_off(declared, off)
    assert not is_off(declared, well)


def test_a_kpi_without_thresholds_is_off_when_it_misses_its_target() -> None:
    declared = kpi().model_copy(update={"thresholds": ()})
    assert (is_off(declared, 73.9), is_off(declared, 74.0)) == (True, False)


def test_a_threshold_on_trial_puts_nothing_on_a_list() -> None:
    assert not is_off(kpi(low(shadow=True), low(key="floor", miss="50%")), 61.4)


def test_money_is_what_the_gap_costs_in_a_day_and_never_a_gain() -> None:
    declared = kpi(money_per_unit=900)
    assert standing(declared, reading(72.0), NOON).money_per_period == 1800
    assert standing(declared, reading(80.0), NOON).money_per_period == 0
    assert standing(kpi(), reading(72.0), NOON).money_per_period is None


def test_a_value_gets_stale_and_what_was_never_read_is_no_better() -> None:
    declared = kpi(stale_after="2h")
    assert not standing(declared, reading(80.0), after(119)).is_stale
    assert standing(declared, reading(80.0), after(120)).is_stale
    assert standing(declared, None, NOON).needs_attention
    assert not standing(kpi(), reading(80.0), NOON + timedelta(days=90)).is_stale


@pytest.mark.parametrize(
    ("value", "about", "words"),
    [
        (61.4, {}, "OEE line 2 at 61.4 %, target 74 (−17 %)"),
        (75, {}, "OEE line 2 at 75 %, target 74 (+1 %)"),
        (-3, {"target": -2, "unit": "°C"}, "OEE line 2 at −3 °C, target −2 (−50 %)"),
        (4, {"target": 0, "unit": ""}, "OEE line 2 at 4, target 0"),
    ],
)
def test_a_headline_says_value_target_and_distance(value: float, about: dict[str, Any], words: str) -> None:
    declared = kpi(low(miss=None, level={"below": 1}), **about)
    assert headline(declared, value) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (61.40, "61.4"),
        (-1250, "−1,250"),
        (1 / 3, "0.333"),
        (0.00042, "0.00042"),
        (1e18, "1e+18"),
    ],
)
def test_numbers_are_short_and_exact_enough(value: float, text: str) -> None:
    assert figure(value) == text


def test_units_and_signs_stand_where_people_look_for_them() -> None:
    assert (measure(3, "%"), measure(3, ""), signed(3, "%"), signed(-3)) == ("3 %", "3", "+3 %", "−3")


@given(value=ANY, target=ANY, share=st.integers(0, 500), direction=st.sampled_from(["higher", "lower"]))
def test_the_rule_of_a_threshold_says_what_its_limits_say(
    value: float, target: float, share: int, direction: str
) -> None:
    declared = kpi(low(miss=f"{share}%"), target=target, direction=direction)
    plan = control_plan(kpis=[declared.model_dump(mode="json")])
    (match,) = RuleBook.compile(plan).match(reading_event(declared, reading(value)))
    breached = limits_of(declared, declared.thresholds[0]).is_breached(value)
    assert match.verdict is (Verdict.RAISE if breached else Verdict.CLEAR)


def test_the_rules_of_one_kpi_never_hear_of_another() -> None:
    other = kpi(key="other")
    plan = control_plan(kpis=[oee()])
    assert RuleBook.compile(plan).match(reading_event(other, reading(1.0, kpi="other"))) == ()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e16])
def test_what_is_no_number_of_a_plant_is_no_reading(value: float) -> None:
    with pytest.raises(ReadingError, match="must be a finite number"):
        reading(value)


def test_silence_is_escalated_like_the_first_threshold_or_else_like_what_fits_nowhere() -> None:
    plan = control_plan()
    (_, stale) = rules_of_kpi(kpi(stale_after="2h"), plan)
    assert (stale.key, stale.policy, stale.owner) == ("kpi:oee:stale", "line-stop", "team_lead@filling")
    bare = kpi(stale_after="2h").model_copy(update={"thresholds": ()})
    (stale,) = rules_of_kpi(bare, plan)
    assert stale.policy == plan.catch_all.policy


def test_silence_says_how_long_it_has_been() -> None:
    declared = kpi(stale_after="2h")
    assert stale_event(declared, last_at=NOON, now=after(120)).data["says"] == "OEE line 2: not read for 2h"
    assert stale_event(declared, last_at=None, now=NOON).data["says"] == "OEE line 2: no reading yet for 2h"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"level": {"below": 3}}, "needs exactly one of level and miss"),
        ({"miss": None}, "needs exactly one of level and miss, and has none"),
        ({"miss": None, "level": {"below": 3, "above": 4}}, "needs exactly one of below and above"),
        ({"miss": None, "level": {}}, "needs exactly one of below and above"),
        ({"clear": {"level": 72, "miss": "2%"}}, "needs exactly one of level and miss"),
        ({"miss": "5"}, 'write one such as "5%"'),
        ({"miss": "-5%"}, "is not a share of the target"),
        ({"miss": "much%"}, "is not a share of the target"),
        ({"miss": None, "level": {"below": float("inf")}}, "finite number"),
    ],
)
def test_a_threshold_that_says_two_things_or_nothing_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        kpi(low(**changes))


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (oee(area="attic"), "there is no area 'attic'"),
        (oee(low(policy="nope")), "there is no escalation policy 'nope'"),
        (oee(low(owner="pilot")), "nobody holds the role 'pilot'"),
        (oee(low(owner="#filling")), "is not one person"),
        (oee(low(), low()), "'low' is taken already"),
        (oee(low(key="stale")), "'stale' is kept for silence"),
        (oee(low(), target=0), "a share of a target of 0"),
        (oee(low(clear={"level": 60})), "is 60, where it is still off; it must be at or above 70.3"),
        (oee(low(clear={"miss": "9%"}), direction="lower"), "it must be at or below 77.7"),
    ],
)
def test_a_plan_whose_kpis_contradict_themselves_is_told_where(declared: dict[str, Any], said: str) -> None:
    found = findings(control_plan(kpis=[declared]))
    assert [said in finding.message for finding in found] == [True], found
    assert found[0].path[:2] == ("kpis", 0)


def test_a_sound_kpi_is_found_sound() -> None:
    sound = oee(low(clear={"miss": "2%"}), low(key="floor", miss=None, level={"below": 50}, owner="@claire"))
    assert findings(control_plan(kpis=[{**sound, "stale_after": "2h", "money_per_unit": 900}])) == ()
    assert OEE["area"] == "filling"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        *(("61.4", 61.4), ("61,4 %", 61.4), ("61.4%", 61.4), ("−3", -3), ("+7", 7), ("1,250.5", 1250.5)),
        *(("1,250,000", 1_250_000), ("0,125", 0.125), ("12", 12)),
    ],
)
def test_people_type_numbers_in_many_ways(typed: str, number: float) -> None:
    assert parse_figure(typed, "%") == number


@pytest.mark.parametrize("typed", ["", "much", "1e9", "nan", "inf", "1.2.3", "1,250", "12 34", "٣"])
def test_what_is_no_number_or_could_be_two_is_not_guessed(typed: str) -> None:
    with pytest.raises(FigureError):
        parse_figure(typed, "%")
