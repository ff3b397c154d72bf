from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import lifecycle
from rules.clocks import ClockKind
from rules.escalation import escalate_now, ring
from rules.exception_threads import Change, ExceptionThread, FactKind, State
from rules.lifecycle import NotPossibleError, StaleRevisionError
from rules.phases import enter
from tests.cast import CLAIRE, FATIMA, after, line_down, minutes, new_thread


def ring_on_time(thread: ExceptionThread, times: int) -> list[Change]:
    """Let the clock run out so often, each time noticed at once."""
    changes = []
    for _ in range(times):
        assert thread.due is not None
        changes.append(ring(thread, thread.due))
        thread = changes[-1].thread
    return changes


def test_nothing_is_owed_before_the_clock_runs_out() -> None:
    assert ring(new_thread(), after(5) - timedelta(microseconds=1)).facts == ()


def test_a_clock_that_runs_out_climbs_one_tier_and_tells_it_once() -> None:
    change = ring(new_thread(), after(5))
    assert (change.thread.tier, change.thread.state, change.thread.revision) == (1, State.OPEN, 1)
    (fact,) = change.facts
    assert (fact.kind, fact.notify, fact.late) == (FactKind.ESCALATED, ("shift_lead@area",), False)
    assert ring(change.thread, after(5)).facts == ()


def test_each_tier_has_its_own_time_and_the_short_list_repeats_its_last() -> None:
    first, second = ring_on_time(new_thread(), 2)
    assert first.thread.due == after(5 + 10)
    assert second.thread.due == after(5 + 10 + 10)
    assert second.facts[0].notify == ("plant_manager", "#escalations")


def test_at_the_top_it_repeats_a_bounded_number_of_times_acts_last_and_is_silent() -> None:
    changes = ring_on_time(new_thread(), 5)
    kinds = [fact.kind for change in changes for fact in change.facts]
    assert kinds == [
        FactKind.ESCALATED,
        FactKind.ESCALATED,
        FactKind.REMINDED,
        FactKind.REMINDED,
        FactKind.EXHAUSTED,
    ]
    first, second, last = changes[2:]
    assert first.thread.due == after(25 + 30)
    assert second.thread.due == after(25 + 30 + 30)
    assert (first.facts[0].detail["repeat"], second.facts[0].detail["repeat"]) == (1, 2)
    assert first.facts[0].notify == ("plant_manager", "#escalations")
    assert last.facts[0].notify == ("#daily-meeting",)
    assert last.thread.due is None
    assert last.thread.state is State.OPEN


def test_a_policy_without_a_last_act_still_says_that_nobody_is_left() -> None:
    alone = {"tiers": [{"notify": "owner"}], "at_top": None}
    (change,) = ring_on_time(new_thread(policy=alone), 1)
    assert [(fact.kind, fact.notify) for fact in change.facts] == [(FactKind.EXHAUSTED, ())]
    assert change.thread.due is None


@pytest.mark.parametrize(
    ("state", "kind", "allowed"),
    [
        (State.OPEN, ClockKind.RESPOND, minutes(10)),
        (State.ACKNOWLEDGED, ClockKind.CONTAIN, minutes(15)),
        (State.CONTAINED, ClockKind.RESOLVE, timedelta(hours=4)),
    ],
)
def test_the_clock_of_each_working_state_climbs(state: State, kind: ClockKind, allowed: timedelta) -> None:
    thread = enter(new_thread(), state, after(1))
    (change,) = ring_on_time(thread, 1)
    assert change.thread.tier == 1
    assert change.facts[0].detail["clock"] == kind
    assert thread.due is not None
    assert change.thread.due == thread.due + allowed


def test_after_downtime_it_climbs_one_tier_and_the_next_clock_runs_from_now() -> None:
    change = ring(new_thread(), after(600))
    assert change.thread.tier == 1
    assert change.thread.due == after(600 + 10)
    assert [fact.late for fact in change.facts] == [True]


def test_at_the_top_downtime_costs_one_reminder_not_many() -> None:
    top = ring_on_time(new_thread(), 2)[-1].thread
    change = ring(top, after(600))
    assert [(fact.kind, fact.late) for fact in change.facts] == [(FactKind.REMINDED, True)]
    assert change.thread.due == after(600 + 30)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=30))
def test_whenever_anybody_looks_it_climbs_at_most_one_tier_and_always_comes_to_an_end(
    waits: list[int],
) -> None:
    thread, now, told = new_thread(), after(0), 0
    for wait in waits:
        now += minutes(wait)
        change = ring(thread, now)
        assert len(change.facts) <= 1
        assert change.thread.tier - thread.tier in (0, 1)
        assert change.thread.due is None or change.thread.due > now
        told += len(change.facts)
        thread = change.thread
    assert told <= 5


def test_a_snooze_that_ends_tells_the_owner_and_the_clock_runs_on_with_the_time_left() -> None:
    asleep = lifecycle.snooze(
        new_thread(), by=FATIMA, seen=1, until=after(60), reason="parts", now=after(2)
    ).thread
    change = ring(asleep, after(60))
    assert [(fact.kind, fact.notify) for fact in change.facts] == [(FactKind.AWAKENED, ("owner",))]
    assert change.thread.snooze is None
    assert change.thread.due == after(60 + 3)
    assert change.thread.revision == asleep.revision + 1


def test_a_snooze_that_ends_in_downtime_still_leaves_the_time_left() -> None:
    asleep = lifecycle.snooze(
        new_thread(), by=FATIMA, seen=1, until=after(60), reason="parts", now=after(2)
    ).thread
    change = ring(asleep, after(600))
    assert [(fact.kind, fact.late) for fact in change.facts] == [(FactKind.AWAKENED, True)]
    assert change.thread.due == after(603)


def resolved(thread: ExceptionThread) -> ExceptionThread:
    return enter(thread, State.RESOLVED, after(10))


def test_what_held_is_verified_and_closed() -> None:
    (change,) = ring_on_time(resolved(new_thread(cleared_at=after(9))), 1)
    assert (change.thread.state, change.thread.due) == (State.VERIFIED, None)
    assert [fact.kind for fact in change.facts] == [FactKind.VERIFIED]


def test_what_never_cleared_did_not_hold_and_is_opened_again() -> None:
    (change,) = ring_on_time(resolved(new_thread(tier=1)), 1)
    assert (change.thread.state, change.thread.tier, change.thread.reopened) == (State.OPEN, 1, 1)
    assert change.facts[0].detail == {"why": "never_cleared"}
    assert change.facts[0].notify == ("owner",)
    running = [clock.kind for clock in change.thread.clocks if clock.due]
    assert running == [ClockKind.RESPOND]


def test_a_rule_that_knows_no_clearing_is_verified_by_time_alone() -> None:
    thread = resolved(new_thread(line_down(clear_when=None)))
    assert ring_on_time(thread, 1)[0].thread.state is State.VERIFIED


def test_a_person_need_not_wait_for_the_clock() -> None:
    change = escalate_now(new_thread(), by=CLAIRE, seen=1, reason="customer waits", now=after(1))
    assert change.thread.tier == 1
    assert change.thread.due == after(1 + 10)
    (fact,) = change.facts
    assert (fact.by, fact.detail["reason"], fact.late) == (CLAIRE, "customer waits", False)


def test_two_people_who_escalate_from_the_same_card_climb_one_tier() -> None:
    climbed = escalate_now(new_thread(), by=CLAIRE, seen=1, reason="", now=after(1)).thread
    with pytest.raises(StaleRevisionError):
        escalate_now(climbed, by=FATIMA, seen=1, reason="", now=after(1))


def test_escalating_wakes_what_was_snoozed() -> None:
    asleep = lifecycle.snooze(
        new_thread(), by=FATIMA, seen=1, until=after(60), reason="parts", now=after(2)
    ).thread
    change = escalate_now(asleep, by=CLAIRE, seen=None, reason="", now=after(3))
    assert change.thread.snooze is None
    assert [clock.kind for clock in change.thread.clocks if clock.due] == [ClockKind.RESPOND]
    assert change.thread.due == after(3 + 10)


@pytest.mark.parametrize(
    ("thread", "words"),
    [
        (new_thread(tier=2), "EX-1 is at its last tier; everybody has been told"),
        (new_thread(state=State.RESOLVED), "EX-1 is resolved; there is nothing to escalate"),
    ],
)
def test_where_nobody_is_left_or_nothing_to_do_escalating_says_so(
    thread: ExceptionThread, words: str
) -> None:
    with pytest.raises(NotPossibleError, match=words):
        escalate_now(thread, by=CLAIRE, seen=None, reason="", now=after(1))
