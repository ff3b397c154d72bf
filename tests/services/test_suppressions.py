"""While a suppression covers it nothing opens; at its end what still stands does, and says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.services import suppressions
from bot.services.intake import record_events, take_in
from bot.services.judging import Judged, judge
from bot.services.people import PermissionDeniedError
from bot.services.presses import resolve
from bot.services.raising import raise_call
from bot.store.database import DatabaseUnavailableError
from rules.delivery import OutboxRow, Purpose
from rules.exception_threads import FactKind, State
from rules.reception import Became, Fate
from rules.suppressions import Matcher, Suppression, SuppressionError
from tests.cast import after, event, line_down
from tests.services.floor import Floor

OPENED = (Fate.OPENED, 1)
HELD = (Fate.SUPPRESSED, None)
LINE_2 = Matcher(places=("line-2",))


def maintenance(floor: Floor, *, begins: float = 0, ends: float = 60, **about: Any) -> Suppression:
    """Fatima, the shift lead, has line 2 greased."""
    said: dict[str, Any] = {"matcher": LINE_2, "reason": "lubrication", "by": "fatima"}
    return suppressions.suppress(
        floor.database,
        **{**said, **about},
        begins=after(begins),
        ends=after(ends),
        plan=floor.plan,
        now=floor.now,
    )


def ends_early(floor: Floor, number: int = 1) -> Suppression:
    return suppressions.end_early(floor.database, number, by="maria", plan=floor.plan, now=floor.now)


def posts(floor: Floor) -> list[OutboxRow]:
    """What was queued to be said of suppressions, in order."""
    rows = floor.rows(Purpose.DIRECT)
    return [row for row in rows if row.body and "*SU-" in row.body.get("text", "")]


def told(floor: Floor) -> list[str]:
    """What the channels were told of suppressions, in order."""
    return [row.body["text"] for row in posts(floor) if row.body]


def held_times(floor: Floor) -> dict[int, int]:
    return suppressions.latest(floor.database, limit=10).times_held


def test_what_happens_in_a_window_opens_nothing_and_the_sender_is_told_why(floor: Floor) -> None:
    maintenance(floor)
    floor.now = after(1)
    ((became,),) = floor.takes([event(at=floor.now)])
    said = "held back by maintenance window SU-1 until 2026-03-02 13:00 UTC: lubrication"
    assert became == Became(Fate.SUPPRESSED, None, said)
    assert became.reason == "maintenance window"


@pytest.mark.parametrize(("minute", "became"), [(9.99, OPENED), (10, HELD), (59.99, HELD), (60, OPENED)])
def test_the_window_is_open_at_its_end(floor: Floor, minute: float, became: tuple[Fate, int | None]) -> None:
    maintenance(floor, begins=10)
    floor.now = after(minute)
    assert floor.hears() == became


def test_another_place_is_heard(floor: Floor) -> None:
    maintenance(floor)
    assert floor.hears(subject="packaging") == OPENED


def test_what_still_stands_at_the_end_opens_then_and_says_since_when(floor: Floor) -> None:
    maintenance(floor)
    floor.now = after(5)
    assert floor.hears() == HELD
    floor.waits(after(59))
    assert floor.rows(Purpose.CARD) == []
    floor.waits(after(60))
    thread, (fact, *_) = floor.thread(), floor.facts()
    assert (thread.opened_at, fact.kind) == (after(60), FactKind.OPENED)
    stood = {"by": "SU-1", "reason": "lubrication", "since": after(5).isoformat()}
    assert fact.detail == {"held_back": stood}
    (note,) = floor.notes()
    assert "held back by SU-1: “lubrication”" in note
    assert "It has stood since" in note


def test_what_cleared_in_the_window_opens_nothing(floor: Floor) -> None:
    maintenance(floor)
    floor.hears()
    floor.now = after(30)
    floor.hears("RUNNING")
    floor.waits(after(60))
    floor.waits(after(90))
    assert floor.rows(Purpose.CARD) == []
    assert "all of it has cleared, so nothing opens" in told(floor)[-1]


def test_a_hold_that_ripens_in_the_window_is_held_back_too(floor: Floor) -> None:
    floor.follows(line_down(for_="5m"))
    maintenance(floor, begins=2)
    floor.hears()
    floor.waits(after(5))
    assert held_times(floor) == {1: 1}
    floor.waits(after(60))
    assert floor.thread().opened_at == after(60)
    assert floor.facts()[0].detail["held_back"]["since"] == after(0).isoformat()


def test_a_hold_goes_on_across_the_end(floor: Floor) -> None:
    floor.follows(line_down(for_="10m"))
    maintenance(floor)
    floor.now = after(55)
    floor.hears()
    floor.waits(after(60))
    assert floor.rows(Purpose.CARD) == []
    floor.waits(after(65))
    assert floor.thread().opened_at == after(65)


def test_repeats_in_the_window_are_counted_and_take_no_second_hold(floor: Floor) -> None:
    floor.follows(line_down(for_="5m"))
    maintenance(floor)
    for minute in (0, 10, 20, 30):
        floor.waits(after(minute))
        floor.hears(reason=f"jam at {minute}")
    assert held_times(floor) == {1: 4}
    floor.waits(after(60))
    assert floor.thread().occurrences == 1
    assert floor.facts()[0].detail["held_back"]["since"] == after(0).isoformat()


def test_an_event_at_the_end_that_comes_before_the_clock_opens_it_with_its_past(floor: Floor) -> None:
    maintenance(floor)
    floor.hears()
    floor.now = after(61)
    assert floor.hears() == OPENED
    assert floor.facts()[0].detail["held_back"]["by"] == "SU-1"
    floor.waits(after(62))
    assert floor.thread().occurrences == 2


def test_ended_early_it_lets_go_at_once(floor: Floor) -> None:
    maintenance(floor)
    floor.hears()
    floor.waits(after(20))
    ends_early(floor)
    assert suppressions.unfinished(floor.database, floor.now).suppressions == []
    assert floor.hears(subject="packaging") == OPENED
    floor.waits(after(20))
    assert floor.thread(2).opened_at == after(20)
    assert "ended early by Maria" in told(floor)[-1]
    assert "one still stands and opens now" in told(floor)[-1]


def test_a_second_window_takes_over_what_the_first_lets_go_of(floor: Floor) -> None:
    maintenance(floor)
    floor.now = after(1)
    floor.hears()
    maintenance(floor, begins=30, ends=90, by="claire", reason="belt")
    floor.waits(after(30))
    floor.waits(after(60))
    assert floor.rows(Purpose.CARD) == []
    assert "opens now, unless another window covers it:" in told(floor)[-1]
    floor.waits(after(90))
    assert "opens now:" in told(floor)[-1]
    stood = {"by": "SU-2", "reason": "belt", "since": after(1).isoformat()}
    assert floor.facts()[0].detail["held_back"] == stood


def test_a_thread_that_is_open_already_is_not_touched(floor: Floor) -> None:
    assert floor.hears() == OPENED
    maintenance(floor)
    floor.now = after(1)
    assert floor.hears() == (Fate.APPENDED, 1)
    floor.waits(after(5))
    assert FactKind.ESCALATED in floor.kinds()


def test_what_was_called_resolved_is_not_reopened_in_a_window_but_after_it(floor: Floor) -> None:
    floor.hears()
    resolve(
        floor.database,
        1,
        by="maria",
        seen=None,
        answers={"root_cause": "belt"},
        plan=floor.plan,
        now=after(1),
    )
    maintenance(floor)
    floor.now = after(2)
    assert floor.hears() == HELD
    assert floor.thread().state is State.RESOLVED
    floor.waits(after(60))
    assert (floor.thread().state, floor.thread().reopened) == (State.OPEN, 1)


def test_who_calls_for_help_is_always_heard(floor: Floor) -> None:
    maintenance(floor, matcher=Matcher(places=("*",)))
    became = raise_call(
        floor.database, call_type="maintenance", where="filler-2", text="help", by="maria",
        form="01K00000000000000000000000", plan=floor.plan, now=floor.now,
    )  # fmt: skip
    assert became.fate is Fate.OPENED


def test_signals_remember_their_source_so_that_a_source_can_be_silent(floor: Floor) -> None:
    floor.follows(line_down(for_="5m"))
    maintenance(floor, matcher=Matcher(sources=("/plc",)))
    floor.hears()
    floor.waits(after(5))
    assert floor.rows(Purpose.CARD) == []
    floor.hears(subject="filler-1", source="/scada")
    floor.waits(after(10))
    assert floor.thread().fingerprint == "filler-1"


def test_it_says_when_it_begins_and_when_it_is_over_and_what_it_held_back(floor: Floor) -> None:
    maintenance(floor, begins=10)
    floor.waits(after(9))
    assert told(floor) == []
    floor.waits(after(10))
    (begun,) = told(floor)
    assert "*SU-1* · maintenance: Line 2 is silent until" in begun
    assert "by Fatima: “lubrication”" in begun
    for _ in range(3):
        floor.hears()
    floor.waits(after(60))
    assert "is over. It held back one signal, 3 times; one still stands and opens now:" in told(floor)[-1]
    floor.waits(after(120))
    assert len(told(floor)) == 2
    assert {row.target for row in posts(floor)} == {"#filling"}


def test_a_window_that_passed_while_nothing_ran_is_told_once_and_late(floor: Floor) -> None:
    maintenance(floor, begins=10)
    floor.waits(after(180))
    (over,) = told(floor)
    assert "late: it was over at" in over
    assert "It held nothing back." in over


def test_a_window_that_is_called_off_before_it_begins_is_not_told_of(floor: Floor) -> None:
    maintenance(floor, begins=30)
    ends_early(floor)
    floor.waits(after(90))
    assert told(floor) == []
    assert suppressions.unfinished(floor.database, floor.now).suppressions == []


def test_those_in_force_and_those_to_come_are_listed_until_they_are_over(floor: Floor) -> None:
    maintenance(floor, begins=30, ends=90)
    maintenance(floor)
    floor.hears()
    listed = suppressions.unfinished(floor.database, floor.now)
    assert [each.name for each in listed.suppressions] == ["SU-2", "SU-1"]
    assert listed.times_held == {2: 1}
    floor.waits(after(60))
    assert [each.name for each in suppressions.unfinished(floor.database, floor.now).suppressions] == ["SU-1"]
    assert [each.name for each in suppressions.latest(floor.database, limit=5).suppressions] == [
        "SU-2",
        "SU-1",
    ]


def test_a_batch_across_the_end_judges_each_event_by_the_moment_it_came_in(floor: Floor) -> None:
    maintenance(floor)
    floor.now = after(61)
    inside, outside = event(at=after(59), subject="filler-2"), event(at=after(60.5), subject="line-2")
    first, second = judge([inside, outside], floor.plan)
    judged = [_received(first, 59), _received(second, 60.5)]
    fates = [each[0].fate for each in take_in(floor.database, judged, plan=floor.plan, now=floor.now)]
    assert fates == [Fate.SUPPRESSED, Fate.OPENED]


def test_a_signal_that_is_held_back_and_opens_in_one_batch_is_held_back_no_more(floor: Floor) -> None:
    maintenance(floor)
    floor.now = after(61)
    heard = judge([event(at=after(59)), event(at=after(60.5))], floor.plan)
    judged = [_received(one, minute) for one, minute in zip(heard, (59, 60.5), strict=True)]
    fates = [each[0].fate for each in take_in(floor.database, judged, plan=floor.plan, now=floor.now)]
    assert fates == [Fate.SUPPRESSED, Fate.OPENED]
    floor.waits(after(62))
    assert floor.thread().occurrences == 2


def _received(judged: Judged, minute: float) -> Judged:
    return replace(judged, received_at=after(minute))


def test_who_may_is_for_the_plan_to_say(floor: Floor) -> None:
    floor.follows(permissions={"suppress": ["shift_lead"]})
    with pytest.raises(PermissionDeniedError, match="Only shift_lead may suppress"):
        maintenance(floor, by="maria")
    maintenance(floor)
    with pytest.raises(PermissionDeniedError, match="nothing was changed"):
        ends_early(floor)


def test_one_that_is_over_or_was_never_made_cannot_be_ended(floor: Floor) -> None:
    maintenance(floor)
    floor.waits(after(60))
    with pytest.raises(SuppressionError, match="SU-1 is over already"):
        ends_early(floor)
    with pytest.raises(SuppressionError, match="There is no SU-9"):
        ends_early(floor, 9)


def test_ending_waits_for_an_intake_that_is_holding_something_back(
    two_replicas: tuple[Floor, Floor],
) -> None:
    """Otherwise the signal would wait for an end that has been brought forward."""
    first, second = two_replicas
    maintenance(first)
    down = judge([event(at=first.now)], first.plan)
    with first.database.engine.connect() as tx, tx.begin():
        record_events(tx, down, plan=first.plan, now=first.now)
        with pytest.raises(DatabaseUnavailableError):
            ends_early(second)
    assert ends_early(second).ended_at == second.now
