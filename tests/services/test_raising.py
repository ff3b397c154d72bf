import pytest

from bot.services.people import PermissionDeniedError, UnknownPersonError, identify
from bot.services.raising import raise_call
from rules.exception_threads import FactKind
from rules.reception import Became, Fate
from tests.cast import JONAS, MARIA, after
from tests.services.floor import Floor


def call(floor: Floor, *, by: str = JONAS, form: str = "01FORM", **changes: str) -> Became:
    asked = {"call_type": "maintenance", "where": "filler-2", "text": "valve leaks", **changes}
    return raise_call(floor.database, by=by, form=form, plan=floor.plan, now=floor.now, **asked)


def test_a_call_opens_a_thread_at_its_place_owned_by_who_answers_such_calls(floor: Floor) -> None:
    assert call(floor) == Became(Fate.OPENED, 1)
    thread = floor.thread()
    assert (thread.title, thread.place, thread.owner) == ("valve leaks", "Filler 2 · Line 2", MARIA)
    assert floor.kinds() == [FactKind.OPENED]


def test_a_form_that_is_sent_twice_is_one_call(floor: Floor) -> None:
    call(floor)
    floor.now = after(1)
    again = call(floor)
    assert again.words == "duplicate EX-1: first time opened EX-1"
    assert floor.thread().occurrences == 1


def test_a_second_call_for_the_same_help_at_the_same_place_is_appended(floor: Floor) -> None:
    call(floor)
    assert call(floor, by=MARIA, form="01OTHER") == Became(Fate.APPENDED, 1)
    assert call(floor, form="01THIRD", where="line-2") == Became(Fate.OPENED, 2)


def test_what_a_second_caller_says_stands_in_the_thread(floor: Floor) -> None:
    call(floor)
    call(floor, by=MARIA, form="01OTHER", text="now it smells burnt")
    said = floor.facts()[-1]
    assert (said.kind, said.by, said.detail) == (FactKind.REPEATED, MARIA, {"text": "now it smells burnt"})
    assert floor.notes()[-1].endswith("🙋 Maria calls for this too: “now it smells burnt”.")


def test_a_call_from_nowhere_is_still_answered(floor: Floor) -> None:
    call(floor, where="behind the silo")
    assert (floor.thread().channel, floor.thread().equipment) == ("#control-room", "behind the silo")


def test_who_may_not_call_is_told_and_nothing_is_recorded(floor: Floor) -> None:
    floor.follows(permissions={"raise": ["shift_lead"]})
    with pytest.raises(PermissionDeniedError, match="Only shift_lead may raise"):
        call(floor)
    floor.follows()
    assert call(floor).fate is Fate.OPENED


def test_somebody_in_slack_whom_the_plan_does_not_know_is_told_what_to_do(floor: Floor) -> None:
    assert identify(floor.plan, "U0MARIA01").key == MARIA
    with pytest.raises(UnknownPersonError, match=r"add you under `people:` with `slack: U0STRANGER`"):
        identify(floor.plan, "U0STRANGER")
