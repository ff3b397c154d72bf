from dataclasses import replace

import pytest

from rules.clocks import ClockKind
from rules.exception_threads import FactKind, State
from rules.occurrences import CHATTER_WINDOW, cleared, occurred
from rules.phases import enter
from tests.cast import after, line_down, minutes, new_thread


def test_one_more_occurrence_is_counted_quietly_and_no_card_becomes_stale() -> None:
    change = occurred(new_thread(), after(1), after(1))
    assert (change.thread.occurrences, change.thread.revision) == (2, 1)
    assert change.thread.last_event_at == after(1)
    assert [(fact.kind, fact.quiet) for fact in change.facts] == [(FactKind.REPEATED, True)]


def test_an_older_occurrence_counts_but_does_not_turn_back_the_clock() -> None:
    change = occurred(new_thread(), after(-3), after(1))
    assert (change.thread.occurrences, change.thread.last_event_at) == (2, after(0))


def test_clearing_is_shown_and_resolves_nothing() -> None:
    change = cleared(new_thread(), after(4), after(4))
    assert (change.thread.state, change.thread.cleared_at) == (State.OPEN, after(4))
    assert change.thread.due == after(5)
    assert [fact.kind for fact in change.facts] == [FactKind.CLEARED]


def test_clearing_resolves_where_the_rule_says_so_and_asks_nobody_what_was_done() -> None:
    change = cleared(new_thread(line_down(resolve_on_clear=True)), after(4), after(4))
    assert change.thread.state is State.RESOLVED
    assert [(fact.kind, fact.quiet) for fact in change.facts] == [
        (FactKind.CLEARED, True),
        (FactKind.RESOLVED, False),
    ]
    assert change.facts[-1].detail == {"by_signal": True}


def test_clearing_does_not_touch_what_a_person_resolved_before() -> None:
    resolved = enter(new_thread(line_down(resolve_on_clear=True)), State.RESOLVED, after(3))
    change = cleared(resolved, after(4), after(4))
    assert (change.thread.state_since, change.thread.cleared_at) == (after(3), after(4))


def test_a_signal_that_returns_is_told_with_how_long_it_was_gone() -> None:
    gone = cleared(new_thread(), after(4), after(4)).thread
    change = occurred(gone, after(20), after(20))
    assert change.thread.cleared_at is None
    (fact,) = change.facts
    assert (fact.kind, fact.quiet) == (FactKind.RETURNED, False)
    assert fact.detail == {"cleared_at": after(4).isoformat()}


def test_a_late_occurrence_from_before_the_clearing_does_not_bring_it_back() -> None:
    gone = cleared(new_thread(), after(4), after(4)).thread
    change = occurred(gone, after(3), after(6))
    assert change.thread.cleared_at == after(4)
    assert change.facts[0].kind is FactKind.REPEATED


def test_chatter_is_noted_until_it_came_back_then_once_in_its_window_and_recorded_always() -> None:
    thread = new_thread()
    noted = []
    assert minutes(10) == CHATTER_WINDOW
    for minute in range(1, 25):
        step = occurred if thread.cleared_at else cleared
        change = step(thread, after(minute), after(minute))
        thread = change.thread
        assert len(change.facts) == 1
        noted += [minute for fact in change.facts if not fact.quiet]
    assert noted == [1, 2, 12, 22]


def test_a_recurrence_reopens_what_was_called_resolved_and_keeps_its_tier() -> None:
    resolved = enter(new_thread(tier=1, cleared_at=after(9)), State.RESOLVED, after(10))
    change = occurred(resolved, after(12), after(12))
    thread = change.thread
    assert (thread.state, thread.tier, thread.reopened, thread.occurrences) == (State.OPEN, 1, 1, 2)
    assert thread.cleared_at is None
    assert thread.revision == resolved.revision + 1
    assert [clock.kind for clock in thread.clocks if clock.due] == [ClockKind.RESPOND]
    assert thread.due == after(12 + 10)
    (fact,) = change.facts
    assert (fact.kind, fact.notify, fact.detail) == (FactKind.REOPENED, ("owner",), {"why": "recurred"})


def test_a_late_occurrence_from_before_the_resolution_does_not_reopen() -> None:
    resolved = enter(new_thread(), State.RESOLVED, after(10))
    change = occurred(resolved, after(8), after(12))
    assert (change.thread.state, change.thread.occurrences) == (State.RESOLVED, 2)


def test_a_signal_that_returned_before_the_resolution_counts_as_never_cleared() -> None:
    resolved = enter(new_thread(cleared_at=after(5)), State.RESOLVED, after(10))
    change = occurred(resolved, after(8), after(12))
    assert (change.thread.state, change.thread.cleared_at) == (State.RESOLVED, None)


@pytest.mark.parametrize("state", [State.OPEN, State.ACKNOWLEDGED, State.CONTAINED])
def test_what_is_being_worked_on_stays_where_it_is(state: State) -> None:
    thread = enter(new_thread(), state, after(1))
    change = occurred(thread, after(2), after(2))
    assert change.thread == replace(thread, occurrences=2, last_event_at=after(2))


def test_a_clear_that_arrives_late_still_shows_when_it_cleared() -> None:
    """The thread was opened by a hold that ripened at 5 past; the machine had recovered at 4 past."""
    ripened = new_thread(last_event_at=after(5))
    change = cleared(ripened, after(4), after(6))
    assert change.thread.cleared_at == after(4)


def test_a_second_clear_says_nothing_new() -> None:
    gone = cleared(new_thread(), after(4), after(4)).thread
    assert cleared(gone, after(6), after(6)).facts == ()
