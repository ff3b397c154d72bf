"""A suppression holds from its beginning until just before its end, for what it is about and all below it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.built_in_rules import FAILURE_RULE_KEY
from rules.matching import Verdict
from rules.plan_index import PlanIndex
from rules.signals import HELD_BACK, Outcome, Phase, Signal, advance, hold_back, ripen
from rules.suppressions import (
    Matcher,
    Occurrence,
    Suppression,
    SuppressionError,
    check_window,
    ended,
    holding_back,
)
from tests.cast import after, control_plan, line_down

INDEX = PlanIndex(control_plan())
DOWN = Occurrence("line-down", "filler-2", ("filler-2", "line-2", "filling"), "/plc")


def lubrication(
    begins: float = 0, ends: float = 60, *, id: int = 3, **matcher: tuple[str, ...]
) -> Suppression:
    wanted = Matcher(**(matcher or {"places": ("line-2",)}))
    return Suppression(id, wanted, after(begins), after(ends), "lubrication", "fatima", after(-5))


@pytest.mark.parametrize(
    ("minute", "holds"), [(-0.01, False), (0, True), (59.99, True), (60, False), (61, False)]
)
def test_it_holds_from_its_beginning_until_just_before_its_end(minute: float, holds: bool) -> None:
    assert lubrication().holds_at(after(minute)) is holds


@given(begins=st.integers(-500, 500), length=st.integers(1, 500), minute=st.integers(-1500, 1500))
def test_two_windows_that_meet_hold_every_moment_once(begins: int, length: int, minute: int) -> None:
    first = lubrication(begins, begins + length)
    second = lubrication(begins + length, begins + 2 * length)
    holding = [each for each in (first, second) if each.holds_at(after(minute))]
    assert len(holding) == (begins <= minute < begins + 2 * length)


@given(end=st.integers(1, 120), minute=st.integers(-10, 130))
def test_ended_early_it_holds_no_longer_than_that(end: int, minute: int) -> None:
    if end < 60:
        early = ended(lubrication(), by="maria", now=after(end))
        assert early.holds_at(after(minute)) == (0 <= minute < end)
    else:
        with pytest.raises(SuppressionError, match="SU-3 is over already"):
            ended(lubrication(), by="maria", now=after(end))


def test_one_that_is_called_off_before_it_begins_never_holds() -> None:
    called_off = ended(lubrication(10, 60), by="maria", now=after(5))
    assert not any(called_off.holds_at(after(minute)) for minute in range(100))


@pytest.mark.parametrize(
    "matcher",
    [
        Matcher(places=("filler-2",)),
        Matcher(places=("line-2",)),
        Matcher(places=("filling",)),
        Matcher(places=("packaging", "line-2")),
        Matcher(places=("*",)),
        Matcher(rules=("line-down",)),
        Matcher(rules=("line-*",)),
        Matcher(sources=("/plc",)),
        Matcher(fingerprints=("filler-*",)),
        Matcher(places=("line-2",), rules=("line-down",)),
    ],
)
def test_it_fits_its_own_and_everything_below(matcher: Matcher) -> None:
    assert matcher.fits(DOWN)


@pytest.mark.parametrize(
    "matcher",
    [
        Matcher(places=("packaging",)),
        Matcher(rules=("line",)),
        Matcher(sources=("/historian",)),
        Matcher(fingerprints=("filler-1",)),
        Matcher(places=("packaging",), rules=("line-down",)),
        Matcher(places=("line-2",), rules=("tank-low",)),
    ],
)
def test_it_fits_only_what_every_part_fits(matcher: Matcher) -> None:
    assert not matcher.fits(DOWN)


def test_what_is_above_is_not_held_back_with_what_is_below() -> None:
    assert not Matcher(places=("filler-2",)).fits(replace(DOWN, lineage=INDEX.lineage("line-2")))


def test_a_lineage_goes_from_the_machine_up_to_its_area() -> None:
    assert INDEX.lineage("PLC3.FIL02") == ("filler-2", "line-2", "filling")
    assert INDEX.lineage("press-9") == ("press-9",)


def test_a_suppression_of_nothing_is_refused() -> None:
    with pytest.raises(SuppressionError, match="name equipment or a rule"):
        Matcher()


@pytest.mark.parametrize("rule", ["call:maintenance", FAILURE_RULE_KEY])
def test_who_calls_for_help_is_heard_and_so_is_a_broken_rule(rule: str) -> None:
    everything = lubrication(places=("*",))
    assert holding_back([everything], DOWN, after(1)) is everything
    assert holding_back([everything], replace(DOWN, rule=rule), after(1)) is None


def test_of_several_the_one_that_lasts_longest_holds_it_back() -> None:
    short, long, coming = lubrication(0, 30, id=1), lubrication(0, 60, id=2), lubrication(20, 90, id=3)
    assert holding_back([short, long, coming], DOWN, after(10)) is long
    assert holding_back([short, long, coming], DOWN, after(20)) is coming


@pytest.mark.parametrize(
    ("begins", "ends", "why"),
    [
        (10, 10, "end before it begins"),
        (-60, -1, "over already"),
        (0, 31 * 24 * 60 + 1, "31 days at most"),
        (367 * 24 * 60, 367 * 24 * 60 + 1, "within a year"),
    ],
)
def test_a_window_has_bounds(begins: float, ends: float, why: str) -> None:
    check_window(after(-10), after(10), after(0))
    with pytest.raises(SuppressionError, match=why):
        check_window(after(begins), after(ends), after(0))


def held_signal() -> Signal:
    rule, quiet = line_down(for_="5m"), Signal(1, "line-down", "filler-2")
    draft = {"title": "Filler 2 down"}
    holding = advance(quiet, Verdict.RAISE, rule, after(0), draft=draft).signal
    raised = ripen(holding, rule, after(5)).signal
    return hold_back(raised, lubrication())


def test_a_signal_that_is_held_back_waits_for_the_end_and_knows_since_when_it_stood() -> None:
    held = held_signal()
    assert (held.phase, held.due, held.since) == (Phase.HELD_BACK, after(60), after(0))
    told = {"by": "SU-3", "reason": "lubrication", "since": after(0).isoformat()}
    assert held.draft == {"title": "Filler 2 down", HELD_BACK: told}
    assert ripen(held, line_down(), after(59)).outcomes == (Outcome.NOTHING,)
    assert ripen(held, line_down(), after(60)).outcomes == (Outcome.RAISED,)


def test_true_again_it_raises_again_without_another_hold_and_does_not_forget() -> None:
    step = advance(held_signal(), Verdict.RAISE, line_down(for_="5m"), after(20), draft={"title": "worse"})
    assert step.outcomes == (Outcome.RAISED,)
    assert step.signal.draft is not None and step.signal.draft[HELD_BACK]["by"] == "SU-3"
    assert step.signal.draft["title"] == "worse"
    assert step.signal.since == after(0)


def test_an_event_that_comes_before_the_clock_at_the_end_does_not_forget_either() -> None:
    step = advance(held_signal(), Verdict.RAISE, line_down(), after(61), draft={"title": "worse"})
    assert step.outcomes == (Outcome.RAISED, Outcome.REPEATED)
    assert step.signal.draft is not None and HELD_BACK in step.signal.draft


def test_what_clears_while_it_is_held_back_is_quiet_at_once_whatever_the_hysteresis() -> None:
    step = advance(held_signal(), Verdict.CLEAR, line_down(clear_for="1h"), after(20), draft={})
    assert step.outcomes == (Outcome.CLEARED,)
    assert (step.signal.phase, step.signal.due) == (Phase.QUIET, None)


def test_what_says_neither_leaves_it_held_back() -> None:
    step = advance(held_signal(), Verdict.NEITHER, line_down(), after(20), draft={})
    assert step.signal.phase is Phase.HELD_BACK


def test_a_true_event_from_before_the_last_changes_nothing() -> None:
    held = replace(held_signal(), last_event_at=after(10))
    step = advance(held, Verdict.RAISE, line_down(), after(10) - timedelta(seconds=1), draft={})
    assert step.outcomes == (Outcome.OUT_OF_ORDER,)
