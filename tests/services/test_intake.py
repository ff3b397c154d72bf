from datetime import timedelta

import pytest

from rules.exception_threads import FactKind, State
from rules.reception import Fate
from tests.cast import NOON, after, event, line_down
from tests.services.floor import Floor


def test_opening_pages_the_owner_once(floor: Floor) -> None:
    assert floor.hears() == (Fate.OPENED, 1)
    thread = floor.thread()
    assert (thread.name, thread.title, thread.owner) == ("EX-1", "filler-2 down: cap jam", "maria")
    assert (thread.state, thread.due) == (State.OPEN, after(5))
    assert floor.kinds() == [FactKind.OPENED]
    assert "".join(floor.notes()).count("<@U0MARIA01>") == 1


def test_one_more_occurrence_is_appended_and_pages_nobody_again(floor: Floor) -> None:
    floor.hears()
    assert floor.hears() == (Fate.APPENDED, 1)
    assert floor.thread().occurrences == 2
    assert len(floor.notes()) == 1


def test_the_same_event_twice_is_one_event_and_the_answer_names_the_first(floor: Floor) -> None:
    floor.hears(id="a")
    (again,) = floor.takes([event(id="a")])
    assert [became.words for became in again] == ["duplicate EX-1: first time opened EX-1"]
    assert floor.thread().occurrences == 1


def test_the_same_id_of_another_source_is_another_event(floor: Floor) -> None:
    floor.hears(id="a")
    assert floor.hears(id="a", source="/mes") == (Fate.APPENDED, 1)


def test_the_same_batch_twice_changes_nothing(floor: Floor) -> None:
    batch = [event(id="a"), event(id="b", subject="line-2"), event("RUNNING", id="c", at=after(1))]
    floor.now = after(1)
    first = floor.takes(batch)
    threads = [floor.thread(number) for number in (1, 2)]
    second = floor.takes(batch)
    assert [answer[0].fate for answer in first] == [Fate.OPENED, Fate.OPENED, Fate.CLEARED]
    assert [answer[0].thread_id for answer in second] == [1, 2, 1]
    assert {answer[0].fate for answer in second} == {Fate.DUPLICATE}
    assert [floor.thread(number) for number in (1, 2)] == threads


def test_an_event_twice_within_a_batch_is_one_event(floor: Floor) -> None:
    first, second = floor.takes([event(id="a"), event(id="a")])
    assert first[0].words == "opened EX-1"
    assert second[0].words == "duplicate EX-1: first time opened EX-1"


def test_a_batch_is_taken_in_the_order_in_which_things_happened(floor: Floor) -> None:
    floor.now = after(2)
    answers = floor.takes([event("RUNNING", at=after(1)), event("DOWN", at=NOON)])
    assert [answer[0].fate for answer in answers] == [Fate.CLEARED, Fate.OPENED]
    assert floor.thread().cleared_at == after(1)


def test_what_happened_at_the_same_moment_is_taken_in_the_order_it_was_sent(floor: Floor) -> None:
    answers = floor.takes([event("DOWN"), event("RUNNING")])
    assert [answer[0].fate for answer in answers] == [Fate.OPENED, Fate.CLEARED]


def test_one_event_of_a_batch_opens_what_the_next_is_appended_to(floor: Floor) -> None:
    answers = floor.takes([event(), event(), event(subject="line-2")])
    assert [answer[0].words for answer in answers] == ["opened EX-1", "appended to EX-1", "opened EX-2"]
    assert floor.thread(1).occurrences == 2


def test_a_rule_that_cannot_decide_becomes_the_operators_and_the_event_is_kept(floor: Floor) -> None:
    floor.follows(line_down(), line_down(key="torque", when="event.data.torque > 5"))
    (answer,) = floor.takes([event(id="a")])
    ours, about_the_rule = sorted(became.words for became in answer)
    assert ours == "opened EX-1"
    assert about_the_rule.startswith("opened EX-2: Rule torque cannot decide: ")
    assert about_the_rule.endswith("; the operators are told")
    operators = floor.thread(2)
    assert (operators.channel, operators.owner) == ("#control-room", "fatima")
    assert operators.title.startswith("Rule torque cannot decide: ")
    assert floor.hears(id="a")[0] is Fate.DUPLICATE


def test_a_rule_that_fails_on_every_event_is_one_exception(floor: Floor) -> None:
    floor.follows(line_down(when="event.data.torque > 5"))
    assert [floor.hears() for _ in range(3)] == [(Fate.OPENED, 1), (Fate.APPENDED, 1), (Fate.APPENDED, 1)]


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        (event(type="weather"), "no rule: no rule is on type 'weather'"),
        (event("RUNNING"), "suppressed: no rule's condition holds, and nothing was open"),
        (event(at=after(-61)), "too old to page: 61 min old, 60 min allowed for this source; recorded only"),
    ],
)
def test_what_pages_nobody_says_why(floor: Floor, heard: object, words: str) -> None:
    assert isinstance(heard, type(event()))
    (answer,) = floor.takes([heard])
    assert [became.words for became in answer] == [words]
    assert floor.rows() == []


def test_an_event_that_is_too_old_is_recorded_and_does_nothing_else(floor: Floor) -> None:
    floor.hears()
    floor.now = after(120)
    assert floor.hears("RUNNING", at=after(59), id="old") == (Fate.TOO_OLD, None)
    assert floor.thread().cleared_at is None
    assert floor.hears("RUNNING", at=after(59), id="old") == (Fate.DUPLICATE, None)


def test_a_source_may_have_an_age_of_its_own(floor: Floor) -> None:
    assert floor.hears(source="/historian/7", at=after(-16))[0] is Fate.TOO_OLD
    assert floor.hears(source="/historian/7", at=after(-15))[0] is Fate.OPENED


def test_an_event_from_the_future_is_taken_as_happening_now(floor: Floor) -> None:
    floor.hears(at=NOON + timedelta(days=400))
    assert floor.thread().last_event_at == NOON
    floor.now = after(1)
    assert floor.hears("RUNNING") == (Fate.CLEARED, 1)


def test_a_clear_that_is_older_than_the_last_event_does_not_clear(floor: Floor) -> None:
    floor.hears(at=NOON)
    assert floor.hears("RUNNING", at=after(-1))[0] is Fate.SUPPRESSED
    assert floor.thread().cleared_at is None


def test_a_late_true_event_after_the_clear_does_not_raise_it_again(floor: Floor) -> None:
    floor.hears(at=after(-10))
    floor.hears("RUNNING", at=after(-5))
    (answer,) = floor.takes([event(at=after(-7))])
    assert answer[0].words == ("suppressed: older than what is already known of this signal (rule line-down)")
    assert floor.thread().occurrences == 1


def test_so_many_in_a_row_says_how_many_are_missing(floor: Floor) -> None:
    floor.follows(line_down(consecutive=3))
    first, second, third = floor.takes([event(at=after(-3 + n)) for n in range(3)])
    assert first[0].words == "suppressed: 1 of 3 in a row (rule line-down)"
    assert second[0].words == "suppressed: 2 of 3 in a row (rule line-down)"
    assert third[0].words == "opened EX-1"


def test_equipment_that_is_not_in_the_plan_is_shown_in_the_catch_all(floor: Floor) -> None:
    floor.hears(subject="robot-9")
    assert (floor.thread().channel, floor.thread().equipment) == ("#control-room", "robot-9")
    assert {row.target for row in floor.rows()} == {"#control-room"}


def test_in_shadow_everything_is_recorded_and_nobody_is_paged(floor: Floor) -> None:
    floor.follows(shadow=True)
    (answer,) = floor.takes([event()])
    assert answer[0].words == "opened EX-1: in shadow: nobody is paged"
    for minute in (5, 15, 25, 55, 85, 600):
        floor.waits(after(minute))
    assert FactKind.EXHAUSTED in floor.kinds()
    assert len(floor.notes()) == 6
    assert "<@" not in "".join(floor.notes())
    assert {row.target for row in floor.rows()} == {"#filling"}


def test_a_call_that_nobody_answers_is_kept_word_for_word(floor: Floor) -> None:
    text = 'bad "quote" <!channel> & ünï 🔧 \\ %s {{ x }}'
    floor.hears(reason=text)
    assert floor.thread().title == f"filler-2 down: {text}"
    assert "<!channel>" not in str([row.body for row in floor.rows()])
