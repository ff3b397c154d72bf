"""What comes back: reopened while it is not closed, opened anew afterwards, and merged threads in between."""

import pytest

from bot.services import presses
from rules.delivery import Purpose
from rules.exception_threads import FactKind, State
from rules.reception import Fate
from tests.cast import CLAIRE, MARIA, NOON, after, line_down
from tests.services.floor import Floor

DONE = {"root_cause": "worn guide rail"}


def resolve(floor: Floor, number: int = 1) -> None:
    presses.resolve(floor.database, number, by=MARIA, seen=None, answers=DONE, plan=floor.plan, now=floor.now)


def merge(floor: Floor, number: int, into: int) -> None:
    presses.merge(floor.database, number, by=CLAIRE, seen=None, into=into, plan=floor.plan, now=floor.now)


def cancel(floor: Floor, number: int) -> None:
    presses.cancel(
        floor.database, number, by=CLAIRE, seen=None, reason="a drill", plan=floor.plan, now=floor.now
    )


def test_a_recurrence_reopens_what_was_resolved_and_keeps_its_tier(floor: Floor) -> None:
    floor.hears()
    floor.waits(after(5))
    floor.now = after(6)
    resolve(floor)
    floor.now = after(20)
    assert floor.hears() == (Fate.REOPENED, 1)
    thread = floor.thread()
    assert (thread.state, thread.tier, thread.reopened, thread.due) == (State.OPEN, 1, 1, after(30))
    assert "<@U0MARIA01>" in floor.notes()[-1]


def test_a_late_event_from_before_the_resolution_does_not_reopen(floor: Floor) -> None:
    floor.hears()
    floor.now = after(6)
    resolve(floor)
    assert floor.hears(at=after(5)) == (Fate.APPENDED, 1)
    assert floor.thread().state is State.RESOLVED


def test_after_it_was_verified_a_recurrence_is_a_new_case(floor: Floor) -> None:
    floor.hears()
    floor.now = after(4)
    floor.hears("RUNNING")
    resolve(floor)
    floor.waits(after(4 + 24 * 60))
    assert floor.thread().state is State.VERIFIED
    assert floor.hears() == (Fate.OPENED, 2)


def test_what_never_cleared_is_opened_again_instead_of_verified(floor: Floor) -> None:
    floor.hears()
    resolve(floor)
    floor.waits(after(24 * 60))
    assert floor.thread().state is State.OPEN
    assert floor.facts()[-1].detail == {"why": "never_cleared"}


def test_what_nobody_can_see_clear_any_more_is_verified_and_says_so(floor: Floor) -> None:
    floor.hears()
    resolve(floor)
    floor.follows(line_down(key="line-stopped"))
    floor.waits(after(24 * 60))
    assert floor.thread().state is State.VERIFIED
    assert floor.facts()[-1].detail == {"why": "unwatched"}
    assert "its rule has left the plan" in str([row.body for row in floor.rows(Purpose.NOTE)])


def test_after_it_was_cancelled_a_recurrence_is_a_new_case(floor: Floor) -> None:
    floor.hears()
    cancel(floor, 1)
    assert floor.hears() == (Fate.OPENED, 2)


def test_a_rule_that_knows_no_clearing_counts_anew_for_a_new_case(floor: Floor) -> None:
    floor.follows(line_down(consecutive=2, clear_when=None))
    assert [floor.hears() for _ in range(2)][-1] == (Fate.OPENED, 1)
    cancel(floor, 1)
    assert floor.hears()[0] is Fate.SUPPRESSED
    assert floor.hears() == (Fate.OPENED, 2)


def test_clearing_resolves_where_the_rule_says_so(floor: Floor) -> None:
    floor.follows(line_down(resolve_on_clear=True))
    floor.hears()
    assert floor.hears("RUNNING", at=NOON) == (Fate.CLEARED, 1)
    assert floor.thread().state is State.RESOLVED


def test_occurrences_of_a_merged_thread_go_to_the_survivor(floor: Floor) -> None:
    floor.hears()
    floor.hears(subject="line-2")
    merge(floor, 1, into=2)
    assert floor.hears() == (Fate.APPENDED, 2)
    assert (floor.thread(1).state, floor.thread(2).occurrences) == (State.MERGED, 3)
    assert floor.kinds(1)[-1] is FactKind.MERGED
    assert floor.kinds(2)[-1] is FactKind.ABSORBED


def test_through_two_merges_they_go_to_the_last_survivor(floor: Floor) -> None:
    for subject in ("filler-2", "line-2", "packaging"):
        floor.hears(subject=subject)
    merge(floor, 1, into=2)
    merge(floor, 2, into=3)
    assert floor.hears() == (Fate.APPENDED, 3)


def test_a_recurrence_of_a_merged_thread_reopens_the_resolved_survivor(floor: Floor) -> None:
    floor.hears()
    floor.hears(subject="line-2")
    merge(floor, 1, into=2)
    resolve(floor, 2)
    floor.now = after(10)
    assert floor.hears() == (Fate.REOPENED, 2)


def test_after_the_survivor_closed_an_occurrence_of_the_merged_one_is_a_new_case(floor: Floor) -> None:
    floor.hears()
    floor.hears(subject="line-2")
    merge(floor, 1, into=2)
    cancel(floor, 2)
    assert floor.hears() == (Fate.OPENED, 3)
    assert floor.hears() == (Fate.APPENDED, 3)
    assert floor.thread(1).state is State.MERGED


@pytest.mark.parametrize("resolves", [False, True])
def test_the_survivor_clears_by_its_own_signal_and_not_by_a_merged_one(floor: Floor, resolves: bool) -> None:
    floor.follows(line_down(resolve_on_clear=resolves))
    floor.hears()
    floor.hears(subject="line-2")
    merge(floor, 1, into=2)
    assert floor.hears("RUNNING")[0] is Fate.SUPPRESSED
    assert (floor.thread(2).state, floor.thread(2).cleared_at) == (State.OPEN, None)
    assert floor.hears("RUNNING", subject="line-2") == (Fate.CLEARED, 2)


@pytest.mark.parametrize("is_resolved", [False, True])
def test_a_merged_one_that_comes_and_goes_does_not_keep_the_cleared_survivor_from_being_verified(
    floor: Floor, is_resolved: bool
) -> None:
    floor.hears()
    floor.hears(subject="line-2")
    merge(floor, 1, into=2)
    floor.now = after(1)
    floor.hears("RUNNING")
    floor.hears("RUNNING", subject="line-2")
    if is_resolved:
        resolve(floor, 2)
    floor.now = after(2)
    assert floor.hears() == (Fate.REOPENED if is_resolved else Fate.APPENDED, 2)
    floor.now = after(3)
    floor.hears("RUNNING")
    resolve(floor, 2)
    floor.waits(after(3 + 24 * 60))
    assert floor.thread(2).state is State.VERIFIED
