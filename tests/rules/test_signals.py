from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.control_plan import Rule
from rules.matching import Verdict
from rules.signals import Outcome, Phase, Signal, advance, ripen
from tests.cast import after, line_down

RAISE, CLEAR, NEITHER = Verdict.RAISE, Verdict.CLEAR, Verdict.NEITHER
DRAFT = {"title": "Filler 2 down", "at": "filler-2", "severity": "high"}


class Story:
    """One signal and what each thing that happened to it came to."""

    def __init__(self, **changes: Any) -> None:
        self.rule: Rule = line_down(**changes)
        self.signal = Signal(1, "line-down", "filler-2")

    def hears(self, verdict: Verdict, minute: float) -> list[Outcome]:
        step = advance(self.signal, verdict, self.rule, after(minute), draft={**DRAFT, "minute": minute})
        self.signal = step.signal
        return list(step.outcomes)

    def waits(self, minute: float) -> list[Outcome]:
        step = ripen(self.signal, self.rule, after(minute))
        self.signal = step.signal
        return list(step.outcomes)


def test_without_a_hold_the_first_true_event_raises_and_the_next_repeats() -> None:
    story = Story()
    assert story.hears(RAISE, 0) == [Outcome.RAISED]
    assert story.hears(RAISE, 1) == [Outcome.REPEATED]
    assert story.signal.due is None


def test_a_hold_ripens_without_another_event() -> None:
    story = Story(for_="5m")
    assert story.hears(RAISE, 0) == [Outcome.HOLDING]
    assert story.signal.due == after(5)
    assert story.waits(4.99) == [Outcome.NOTHING]
    assert story.waits(5) == [Outcome.RAISED]
    assert story.waits(6) == [Outcome.NOTHING]


def test_true_events_during_the_hold_do_not_start_it_again_but_freshen_what_is_told() -> None:
    story = Story(for_="5m")
    story.hears(RAISE, 0)
    assert story.hears(RAISE, 3) == [Outcome.HOLDING]
    assert story.signal.due == after(5)
    assert story.signal.draft == {**DRAFT, "minute": 3}


@pytest.mark.parametrize("ending", [CLEAR, NEITHER])
def test_whatever_is_not_true_before_the_hold_ends_resets_it(ending: Verdict) -> None:
    story = Story(for_="5m")
    story.hears(RAISE, 0)
    assert story.hears(ending, 4) == [Outcome.RESET]
    assert story.waits(5) == [Outcome.NOTHING]
    assert story.hears(RAISE, 6) == [Outcome.HOLDING]
    assert story.signal.due == after(11)


def test_an_event_after_the_hold_finds_it_ripe_even_if_nobody_woke_it() -> None:
    story = Story(for_="5m")
    story.hears(RAISE, 0)
    assert story.hears(CLEAR, 9) == [Outcome.RAISED, Outcome.CLEARED]


def test_events_late_in_arriving_hold_for_the_time_they_happened_in() -> None:
    story = Story(for_="5m")
    story.hears(RAISE, 0)
    assert story.hears(RAISE, 7) == [Outcome.RAISED, Outcome.REPEATED]


def test_only_so_many_in_a_row_raise() -> None:
    story = Story(consecutive=3)
    said = [
        story.hears(verdict, minute) for minute, verdict in enumerate([RAISE, RAISE, NEITHER] + [RAISE] * 3)
    ]
    assert said == [
        [Outcome.COUNTING],
        [Outcome.COUNTING],
        [Outcome.RESET],
        [Outcome.COUNTING],
        [Outcome.COUNTING],
        [Outcome.RAISED],
    ]


def test_so_many_in_a_row_and_for_so_long_needs_both() -> None:
    story = Story(consecutive=2, for_="5m")
    assert story.hears(RAISE, 0) == [Outcome.COUNTING]
    assert story.waits(6) == [Outcome.NOTHING]
    assert story.hears(RAISE, 7) == [Outcome.RAISED]


def test_a_plan_that_becomes_stricter_while_it_is_held_asks_for_more() -> None:
    story = Story(for_="5m")
    story.hears(RAISE, 0)
    story.rule = line_down(for_="5m", consecutive=2)
    assert story.waits(5) == [Outcome.NOTHING]
    assert story.signal.due is None
    assert story.hears(RAISE, 6) == [Outcome.RAISED]


def test_what_lies_between_true_and_clear_does_not_clear() -> None:
    story = Story()
    story.hears(RAISE, 0)
    assert story.hears(NEITHER, 1) == [Outcome.NOTHING]
    assert story.signal.phase is Phase.RAISED
    assert story.hears(CLEAR, 2) == [Outcome.CLEARED]
    assert story.hears(CLEAR, 3) == [Outcome.NOTHING]


def test_clearing_must_last_as_long_as_the_rule_says() -> None:
    story = Story(clear_for="2m")
    story.hears(RAISE, 0)
    assert story.hears(CLEAR, 1) == [Outcome.CLEARING]
    assert story.hears(CLEAR, 2) == [Outcome.NOTHING]
    assert story.waits(3) == [Outcome.CLEARED]
    assert story.signal.phase is Phase.QUIET


def test_a_true_event_while_it_clears_is_one_more_occurrence() -> None:
    story = Story(clear_for="2m")
    story.hears(RAISE, 0)
    story.hears(CLEAR, 1)
    assert story.hears(RAISE, 2) == [Outcome.REPEATED]
    assert story.waits(10) == [Outcome.NOTHING]
    assert story.signal.phase is Phase.RAISED


def test_what_does_not_stay_clear_has_not_cleared() -> None:
    story = Story(clear_for="2m")
    story.hears(RAISE, 0)
    story.hears(CLEAR, 1)
    assert story.hears(NEITHER, 2) == [Outcome.RELAPSED]
    assert story.waits(10) == [Outcome.NOTHING]
    assert story.signal.phase is Phase.RAISED
    assert story.hears(CLEAR, 11) == [Outcome.CLEARING]
    assert story.waits(13) == [Outcome.CLEARED]


def test_a_clear_that_is_older_than_the_last_true_event_does_not_clear() -> None:
    story = Story()
    story.hears(RAISE, 5)
    assert story.hears(CLEAR, 4) == [Outcome.OUT_OF_ORDER]
    assert story.signal.phase is Phase.RAISED


def test_a_true_event_that_is_older_than_the_clear_does_not_raise() -> None:
    story = Story()
    story.hears(RAISE, 0)
    story.hears(CLEAR, 5)
    assert story.hears(RAISE, 4) == [Outcome.OUT_OF_ORDER]
    assert story.signal.phase is Phase.QUIET


def test_a_late_true_event_of_a_raised_signal_still_counts() -> None:
    story = Story()
    story.hears(RAISE, 5)
    assert story.hears(RAISE, 4) == [Outcome.REPEATED]
    assert story.signal.last_event_at == after(5)


HEARD = st.lists(st.tuples(st.sampled_from(Verdict), st.integers(0, 60)), max_size=25)


@given(heard=HEARD, hold=st.integers(0, 6), consecutive=st.integers(1, 3), clear_for=st.integers(0, 6))
def test_however_events_come_raised_and_cleared_take_turns_and_time_never_runs_back(
    heard: list[tuple[Verdict, int]], hold: int, consecutive: int, clear_for: int
) -> None:
    story = Story(for_=f"{hold}m", consecutive=consecutive, clear_for=f"{clear_for}m")
    turns: list[Outcome] = []
    latest: datetime | None = None
    for verdict, minute in heard:
        outcomes = story.hears(verdict, minute)
        turns += [each for each in outcomes if each in (Outcome.RAISED, Outcome.CLEARED)]
        latest = max(latest or after(minute), after(minute))
        assert story.signal.last_event_at == latest
        assert outcomes
    assert turns[::2] == [Outcome.RAISED] * len(turns[::2])
    assert turns[1::2] == [Outcome.CLEARED] * len(turns[1::2])
    is_waiting = story.signal.due is not None
    assert not is_waiting or story.signal.phase in (Phase.HOLDING, Phase.CLEARING)


@given(heard=HEARD, hold=st.integers(1, 6), consecutive=st.integers(1, 3))
def test_waking_between_events_changes_nothing_but_when_it_is_known(
    heard: list[tuple[Verdict, int]], hold: int, consecutive: int
) -> None:
    woken, left_alone = (Story(for_=f"{hold}m", consecutive=consecutive) for _ in range(2))
    for verdict, minute in sorted(heard, key=lambda one: one[1]):
        woken.waits(minute)
        woken.hears(verdict, minute)
        left_alone.hears(verdict, minute)
    assert woken.signal == left_alone.signal
