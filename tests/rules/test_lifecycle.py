from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from rules import lifecycle
from rules.clocks import ClockKind
from rules.exception_threads import Change, ExceptionThread, FactKind, State
from rules.lifecycle import (
    AlreadyDoneError,
    IncompleteResolutionError,
    NotPossibleError,
    StaleRevisionError,
)
from tests.cast import CLAIRE, FATIMA, JONAS, MARIA, after, line_down, minutes, new_thread

Press = Callable[[ExceptionThread, int | None], Change]
DONE = {"root_cause": "worn guide rail"}


def acknowledge(thread: ExceptionThread, seen: int | None = None) -> Change:
    return lifecycle.acknowledge(thread, by=FATIMA, seen=seen, now=after(2))


def contain(thread: ExceptionThread, seen: int | None = None) -> Change:
    return lifecycle.contain(thread, by=FATIMA, seen=seen, action="pallets blocked", now=after(3))


def resolve(thread: ExceptionThread, seen: int | None = None) -> Change:
    return lifecycle.resolve(thread, by=FATIMA, seen=seen, answers=DONE, now=after(4))


def reassign(thread: ExceptionThread, seen: int | None = None) -> Change:
    return lifecycle.reassign(thread, by=FATIMA, seen=seen, to=JONAS, now=after(3))


def snooze(thread: ExceptionThread, seen: int | None = None) -> Change:
    return lifecycle.snooze(
        thread, by=FATIMA, seen=seen, until=after(60), reason="parts at 13:00", now=after(3)
    )


def merge(thread: ExceptionThread, seen: int | None = None) -> Change:
    survivor = replace(new_thread(), id=2)
    return lifecycle.merge(thread, survivor, by=FATIMA, seen=seen, now=after(3))


def cancel(thread: ExceptionThread, seen: int | None = None) -> Change:
    return lifecycle.cancel(thread, by=FATIMA, seen=seen, reason="a drill", now=after(3))


PRESSES: list[Press] = [acknowledge, contain, resolve, reassign, snooze, merge, cancel]


def running(thread: ExceptionThread) -> set[ClockKind]:
    return {clock.kind for clock in thread.clocks if clock.due is not None}


def test_whoever_acknowledges_owns_it_and_only_the_respond_clock_stops() -> None:
    change = acknowledge(new_thread(tier=1), seen=1)
    assert (change.thread.state, change.thread.owner) == (State.ACKNOWLEDGED, FATIMA)
    assert running(change.thread) == {ClockKind.CONTAIN}
    assert change.thread.due == after(2) + minutes(15)
    (fact,) = change.facts
    assert (fact.kind, fact.by, fact.detail) == (FactKind.ACKNOWLEDGED, FATIMA, {"waited_seconds": 120})


def test_the_tier_reached_stays_when_the_state_changes() -> None:
    thread = acknowledge(new_thread(tier=1)).thread
    contained = contain(thread).thread
    assert (thread.tier, contained.tier) == (1, 1)
    assert running(contained) == {ClockKind.RESOLVE}


@pytest.mark.parametrize("press", PRESSES)
def test_a_press_on_an_older_card_is_refused_in_words(press: Press) -> None:
    with pytest.raises(StaleRevisionError, match=r"EX-1 has changed since you opened it; nothing was saved"):
        press(new_thread(revision=3), 2)


@pytest.mark.parametrize("press", PRESSES)
def test_a_typed_command_sees_the_present(press: Press) -> None:
    assert press(new_thread(revision=3), None).thread.revision == 4


@pytest.mark.parametrize("press", PRESSES)
@pytest.mark.parametrize("state", [State.VERIFIED, State.MERGED, State.CANCELLED])
def test_nothing_is_ever_done_to_a_closed_thread(press: Press, state: State) -> None:
    with pytest.raises(lifecycle.LifecycleError) as refusal:
        press(new_thread(state=state), None)
    assert refusal.value.thread.state is state


@pytest.mark.parametrize("press", PRESSES)
def test_only_a_recurrence_reopens_what_is_resolved(press: Press) -> None:
    with pytest.raises(lifecycle.LifecycleError, match="resolved"):
        press(new_thread(state=State.RESOLVED), None)


@pytest.mark.parametrize("press", [acknowledge, contain, resolve, reassign, merge, cancel])
def test_the_same_press_again_is_told_that_it_is_done_whatever_the_card_showed(press: Press) -> None:
    done = press(new_thread(), 1).thread
    with pytest.raises(AlreadyDoneError, match="already"):
        press(done, 1)


def test_resolving_beats_a_late_acknowledge() -> None:
    resolved = resolve(new_thread(), seen=1).thread
    with pytest.raises(NotPossibleError, match=r"EX-1 is resolved already; nothing was changed"):
        acknowledge(resolved, seen=1)


def test_another_person_acknowledging_is_told_that_somebody_has_it() -> None:
    taken = acknowledge(new_thread()).thread
    with pytest.raises(NotPossibleError, match="acknowledged already"):
        lifecycle.acknowledge(taken, by=MARIA, seen=1, now=after(3))


@pytest.mark.parametrize("press", [contain, resolve])
def test_who_skips_acknowledging_becomes_the_owner_and_who_comes_later_does_not(press: Press) -> None:
    assert press(new_thread(), None).thread.owner == FATIMA
    assert press(new_thread(state=State.ACKNOWLEDGED), None).thread.owner == MARIA


def test_resolving_takes_what_the_definition_of_done_asks_for() -> None:
    thread = new_thread(line_down(done_when=["root_cause", "countermeasure"]))
    with pytest.raises(IncompleteResolutionError) as refusal:
        lifecycle.resolve(thread, by=MARIA, seen=1, answers={**DONE, "countermeasure": "  "}, now=after(4))
    assert refusal.value.missing == ("countermeasure",)
    assert str(refusal.value) == "EX-1 is done only with: countermeasure."


def test_resolving_starts_to_verify_and_the_answers_stay_on_record() -> None:
    change = resolve(new_thread())
    assert change.thread.state is State.RESOLVED
    assert running(change.thread) == {ClockKind.VERIFY}
    assert change.facts[0].detail == {"answers": DONE}


def test_without_a_verify_clock_resolving_closes() -> None:
    change = resolve(new_thread(policy={"clocks": {"respond": ["5m"]}}))
    assert change.thread.state is State.VERIFIED
    assert change.thread.due is None


def test_snoozing_pauses_the_clocks_and_wakes_with_the_snooze() -> None:
    thread = snooze(new_thread()).thread
    assert thread.state is State.OPEN
    assert running(thread) == {ClockKind.SNOOZE}
    assert thread.due == after(60)
    respond = thread.clock(ClockKind.RESPOND)
    assert respond is not None
    assert respond.left == minutes(2)


def test_snoozing_again_moves_the_end_and_keeps_the_time_left() -> None:
    thread = snooze(new_thread()).thread
    longer = lifecycle.snooze(thread, by=FATIMA, seen=2, until=after(90), reason="parts late", now=after(50))
    respond = longer.thread.clock(ClockKind.RESPOND)
    assert longer.thread.due == after(90)
    assert respond is not None
    assert respond.left == minutes(2)


@pytest.mark.parametrize("away", [timedelta(), timedelta(minutes=-1), timedelta(days=14, seconds=1)])
def test_a_snooze_ends_within_a_fortnight_and_in_the_future(away: timedelta) -> None:
    with pytest.raises(NotPossibleError, match="within the next 14 days"):
        lifecycle.snooze(new_thread(), by=MARIA, seen=1, until=after(3) + away, reason="", now=after(3))


@pytest.mark.parametrize("press", [acknowledge, contain, resolve, cancel])
def test_any_change_of_state_ends_a_snooze(press: Press) -> None:
    thread = press(snooze(new_thread()).thread, None).thread
    assert thread.snooze is None
    assert ClockKind.SNOOZE not in running(thread)


def test_a_new_owner_is_told_and_the_clocks_run_on() -> None:
    thread = new_thread()
    change = reassign(thread)
    assert change.thread.owner == JONAS
    assert change.thread.clocks == thread.clocks
    assert change.facts[0].notify == ("owner",)
    assert change.facts[0].detail == {"from": MARIA, "to": JONAS}


def test_merging_stops_the_clocks_of_one_and_the_other_counts_for_both() -> None:
    part, survivor = new_thread(occurrences=3), new_thread(id=2, occurrences=2, last_event_at=after(-4))
    gone = lifecycle.merge(part, survivor, by=CLAIRE, seen=1, now=after(3)).thread
    total = lifecycle.absorb(survivor, part, by=CLAIRE, now=after(3))
    assert (gone.state, gone.merged_into, running(gone)) == (State.MERGED, 2, set())
    assert (total.thread.occurrences, total.thread.last_event_at) == (5, part.last_event_at)
    assert total.thread.revision == 2
    assert total.facts[0].kind is FactKind.ABSORBED


@pytest.mark.parametrize(
    ("survivor", "words"),
    [
        (new_thread(), "cannot be merged into itself"),
        (new_thread(id=2, state=State.RESOLVED), "EX-2 is resolved; merge into one that is still open"),
        (new_thread(id=2, state=State.MERGED), "EX-2 is merged"),
    ],
)
def test_it_is_merged_only_into_another_that_somebody_works_on(survivor: ExceptionThread, words: str) -> None:
    with pytest.raises(NotPossibleError, match=words):
        lifecycle.merge(new_thread(), survivor, by=CLAIRE, seen=1, now=after(3))


def test_a_cancelled_thread_keeps_its_reason_and_runs_no_clock() -> None:
    change = cancel(new_thread())
    assert (change.thread.state, change.thread.due) == (State.CANCELLED, None)
    assert change.facts[0].detail == {"reason": "a drill"}
