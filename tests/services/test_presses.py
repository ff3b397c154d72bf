from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.services import presses
from bot.services.people import PermissionDeniedError
from bot.services.presses import UnknownThreadError
from rules.control_plan import Action
from rules.delivery import Purpose
from rules.exception_threads import Change, FactKind, State
from rules.lifecycle import (
    AlreadyDoneError,
    IncompleteResolutionError,
    NotPossibleError,
    StaleRevisionError,
)
from tests.cast import CLAIRE, FATIMA, JONAS, MARIA, after, line_down
from tests.services.floor import Floor

DONE = {"root_cause": "worn guide rail"}
PRESSES: list[tuple[Callable[..., Change], dict[str, Any]]] = [
    (presses.acknowledge, {}),
    (presses.contain, {"action": "pallets blocked"}),
    (presses.resolve, {"answers": DONE}),
    (presses.reassign, {"to": JONAS}),
    (presses.snooze, {"until": after(60), "reason": "parts at 13:00"}),
    (presses.escalate_now, {"reason": "customer waits"}),
    (presses.merge, {"into": 2}),
    (presses.cancel, {"reason": "a drill"}),
]
RESERVED = [
    *(Action.ACKNOWLEDGE, Action.CONTAIN, Action.RESOLVE, Action.ASSIGN),
    *(Action.SNOOZE, Action.ESCALATE, Action.MERGE, Action.CANCEL),
]
"""What the plan calls these presses."""


@pytest.fixture(autouse=True)
def two_lines_are_down(floor: Floor) -> None:
    floor.hears()
    floor.hears(subject="line-2")


def press(
    floor: Floor, what: Callable[..., Change], by: str = MARIA, seen: int | None = 1, **more: Any
) -> Change:
    number = more.pop("number", 1)
    return what(floor.database, number, by=by, seen=seen, plan=floor.plan, now=floor.now, **more)


def everything(floor: Floor) -> object:
    """All that a press could write."""
    return [(floor.thread(number), floor.facts(number)) for number in (1, 2)], floor.rows()


@pytest.mark.parametrize(("what", "form"), PRESSES)
def test_a_press_is_stored_with_its_fact_and_answers_what_it_did(
    floor: Floor, what: Callable[..., Change], form: dict[str, Any]
) -> None:
    floor.now = after(2)
    change = press(floor, what, **form)
    stored = floor.thread()
    assert set(stored.clocks) == set(change.thread.clocks)
    assert replace(stored, clocks=change.thread.clocks) == change.thread
    assert stored.revision == 2
    assert floor.facts()[-1] == change.facts[-1]
    assert floor.facts()[-1].by == MARIA


def test_a_press_on_an_older_card_is_refused_and_nothing_is_written(floor: Floor) -> None:
    press(floor, presses.reassign, by=CLAIRE, to=FATIMA)
    before = everything(floor)
    for what, form in PRESSES:
        with pytest.raises(StaleRevisionError, match="EX-1 has changed since you opened it"):
            press(floor, what, seen=1, **form)
    assert everything(floor) == before


def test_there_is_no_such_exception(floor: Floor) -> None:
    for what, form in PRESSES:
        with pytest.raises(UnknownThreadError, match=r"There is no EX-99"):
            press(floor, what, number=99, **form)


def test_a_role_that_may_not_is_told_who_may_and_nothing_is_written(floor: Floor) -> None:
    reserved = {action: ["plant_manager"] for action in Action}
    floor.follows(permissions=reserved)
    before = everything(floor)
    for what, form in PRESSES:
        with pytest.raises(PermissionDeniedError, match="Only plant_manager may"):
            press(floor, what, by=MARIA, **form)
    assert everything(floor) == before
    assert press(floor, presses.acknowledge, by=CLAIRE).thread.owner == CLAIRE


@pytest.mark.parametrize(
    ("what", "form", "action"), [(*each, action) for each, action in zip(PRESSES, RESERVED, strict=True)]
)
def test_what_is_reserved_for_others_is_refused_and_all_else_is_not(
    floor: Floor, what: Callable[..., Change], form: dict[str, Any], action: Action
) -> None:
    floor.follows(permissions={action: ["plant_manager"]})
    before = everything(floor)
    with pytest.raises(PermissionDeniedError, match=f"Only plant_manager may {action} here"):
        press(floor, what, **form)
    assert everything(floor) == before
    press(floor, what, by=CLAIRE, **form)


def test_somebody_who_is_not_in_the_plan_may_do_nothing(floor: Floor) -> None:
    with pytest.raises(PermissionDeniedError, match="stranger is not in the control plan"):
        press(floor, presses.acknowledge, by="stranger")


def test_acknowledging_stops_the_respond_clock_only_and_the_tier_stays(floor: Floor) -> None:
    floor.waits(after(5))
    floor.now = after(6)
    press(floor, presses.acknowledge)
    thread = floor.thread()
    assert (thread.state, thread.tier, thread.owner, thread.due) == (
        State.ACKNOWLEDGED,
        1,
        MARIA,
        after(6 + 15),
    )
    floor.waits(after(20))
    assert floor.kinds()[-1] is FactKind.ACKNOWLEDGED
    floor.waits(after(21))
    assert (floor.thread().tier, floor.facts()[-1].detail["clock"]) == (2, "contain")


def test_a_repeat_is_harmless(floor: Floor) -> None:
    press(floor, presses.acknowledge)
    before = (floor.thread(), floor.facts(), floor.rows())
    with pytest.raises(AlreadyDoneError, match="EX-1 is already yours"):
        press(floor, presses.acknowledge)
    assert (floor.thread(), floor.facts(), floor.rows()) == before


def test_one_more_occurrence_does_not_make_a_card_stale(floor: Floor) -> None:
    floor.hears()
    assert press(floor, presses.acknowledge, seen=1).thread.occurrences == 2


def test_a_tier_that_was_climbed_does_not_make_a_card_stale(floor: Floor) -> None:
    floor.waits(after(5))
    assert press(floor, presses.acknowledge, seen=1).thread.tier == 1


def test_resolving_beats_a_late_acknowledge(floor: Floor) -> None:
    press(floor, presses.resolve, by=FATIMA, answers=DONE)
    with pytest.raises(NotPossibleError, match="EX-1 is resolved already"):
        press(floor, presses.acknowledge, by=MARIA)
    assert (floor.thread().state, floor.thread().owner) == (State.RESOLVED, FATIMA)


def test_resolving_needs_the_definition_of_done(floor: Floor) -> None:
    with pytest.raises(IncompleteResolutionError, match="EX-1 is done only with: root_cause"):
        press(floor, presses.resolve, answers={"root_cause": " "})
    assert floor.thread().state is State.OPEN


def test_the_definition_of_done_is_that_of_the_day_it_was_opened(floor: Floor) -> None:
    floor.follows(line_down(done_when=["root_cause", "countermeasure"]), version=2)
    press(floor, presses.resolve, answers=DONE)
    assert floor.thread().state is State.RESOLVED


def test_a_snooze_pauses_the_clocks_and_resumes_them_with_the_time_left(floor: Floor) -> None:
    floor.now = after(2)
    press(floor, presses.snooze, until=after(60), reason="parts at 13:00")
    floor.waits(after(59))
    assert floor.kinds() == [FactKind.OPENED, FactKind.SNOOZED]
    floor.waits(after(60))
    assert floor.kinds()[-1] is FactKind.AWAKENED
    assert floor.thread().due == after(63)
    floor.waits(after(63))
    assert floor.kinds()[-1] is FactKind.ESCALATED


def test_a_new_owner_must_be_in_the_plan(floor: Floor) -> None:
    with pytest.raises(
        NotPossibleError, match="nobody-here is not in the control plan; EX-1 keeps its owner"
    ):
        press(floor, presses.reassign, to="nobody-here")
    press(floor, presses.reassign, to=FATIMA)
    assert floor.thread().owner == FATIMA
    assert "<@U0FATIMA1>" in floor.notes()[-1]


def test_a_merge_changes_both_or_neither(floor: Floor) -> None:
    with pytest.raises(UnknownThreadError, match="EX-99"):
        press(floor, presses.merge, into=99)
    assert floor.thread().state is State.OPEN
    press(floor, presses.merge, into=2)
    assert (floor.thread(1).merged_into, floor.thread(2).occurrences) == (2, 2)
    floor.waits(after(5))
    assert [floor.kinds(number)[-1] for number in (1, 2)] == [FactKind.MERGED, FactKind.ESCALATED]


def test_a_cancelled_thread_is_never_woken_again(floor: Floor) -> None:
    press(floor, presses.cancel, reason="a drill")
    floor.waits(after(600))
    assert floor.kinds()[-1] is FactKind.CANCELLED
    assert floor.facts()[-1].detail == {"reason": "a drill"}


def test_escalating_now_tells_the_next_tier_and_gives_it_its_own_time(floor: Floor) -> None:
    floor.now = after(1)
    press(floor, presses.escalate_now, by=MARIA, reason="customer waits")
    assert (floor.thread().tier, floor.thread().due) == (1, after(11))
    assert "<@U0FATIMA1>" in floor.notes()[-1]
    cards = floor.rows(Purpose.CARD, thread_id=1)
    assert len(cards) == 1
