"""What a session speaks about, and in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules import lifecycle
from rules.agenda import Asks, Before, Case, Matter, Need, draw_up, need_of
from rules.control_plan import Kpi, Severity
from rules.decisions import Decision
from rules.escalation import ring
from rules.exception_threads import ExceptionThread
from rules.kpis import Reading, Standing, standing
from tests.cast import NOON, after, line_down, minutes, new_thread


def stands(key: str, value: float | None, *, money: float | None = None) -> Standing:
    kpi = Kpi(
        key=key,
        name=key,
        unit="%",
        direction="higher",
        target=100,
        owner="team_lead",
        money_per_unit=money,
        stale_after=minutes(60),
    )
    return standing(kpi, None if value is None else Reading(key, NOON, value, "mes"), NOON)


def decided(kpi: str, *, due: int = 9000) -> Decision:
    return Decision(1, "More often", kpi, 2, after(due), "maria", "claire", NOON)


def rung(thread: ExceptionThread, until: int) -> ExceptionThread:
    """Nobody does anything for so many minutes."""
    for minute in range(until):
        thread = ring(thread, after(minute)).thread
    return thread


@pytest.mark.parametrize(
    ("waited", "need"), [(1, Need.PATIENCE), (6, Need.ANSWER), (60, Need.ANSWER), (300, Need.TAKER)]
)
def test_the_longer_nobody_moves_the_more_it_needs_the_session(waited: int, need: Need) -> None:
    assert need_of(rung(new_thread(), waited)) is need


def test_what_somebody_has_in_time_needs_nobody() -> None:
    taken = lifecycle.acknowledge(new_thread(), by="maria", seen=None, now=after(1)).thread
    assert need_of(taken) is None
    assert need_of(ring(taken, after(17)).thread) is Need.HELP


def test_what_is_snoozed_waits_for_its_time() -> None:
    asleep = lifecycle.snooze(
        new_thread(), by="maria", seen=None, until=after(60), reason="parts", now=after(1)
    ).thread
    assert need_of(asleep) is None


def test_the_dearest_drift_comes_first_and_then_the_widest_gap() -> None:
    standings = [stands("near", 99), stands("far", 60), stands("dear", 98, money=900)]
    agenda = draw_up(Matter(standings), until=NOON)
    assert [drift.standing.kpi.key for drift in agenda.drifts] == ["dear", "far", "near"]


def test_what_has_a_decision_under_way_drifts_but_is_not_asked_about() -> None:
    agenda = draw_up(Matter([stands("oee", 60)], decisions=[decided("oee")]), until=NOON)
    assert [len(drift.decisions) for drift in agenda.drifts] == [1]
    assert agenda.questions == ()
    assert not agenda.is_empty


def test_a_decision_that_is_due_when_the_session_begins_is_asked_after() -> None:
    matter = Matter([stands("oee", 60)], decisions=[decided("oee", due=30)])
    assert [each.asks for each in draw_up(matter, until=after(30)).questions] == [Asks.REVIEW]
    assert draw_up(matter, until=after(29)).questions == ()


def test_the_exception_that_a_kpi_opened_speaks_for_it_while_nobody_has_it() -> None:
    own = replace(new_thread(line_down(key="kpi:oee:low", kpi="oee")), tier=1)
    asked = draw_up(Matter([stands("oee", 60)], [own]), until=NOON).questions
    assert [each.asks for each in asked] == [Asks.CASE]
    hurt = replace(new_thread(line_down(kpi="oee")), tier=1)
    asked = draw_up(Matter([stands("oee", 60)], [hurt]), until=NOON).questions
    assert [each.asks for each in asked] == [Asks.CASE, Asks.DRIFT]


def test_what_nobody_measures_any_more_is_never_well() -> None:
    silent = replace(stands("oee", 101), is_stale=True)
    agenda = draw_up(Matter([silent, stands("new", None)]), until=NOON)
    assert agenda.silent == (silent,)
    assert (agenda.fine.kpis, agenda.fine.unread) == (0, 1)
    assert [each.asks for each in agenda.questions] == [Asks.SILENCE]


def test_shadow_is_nobodys_business() -> None:
    agenda = draw_up(Matter(threads=[new_thread(tier=2, shadow=True)]), until=NOON)
    assert agenda.is_empty
    assert agenda.fine.cases == 0


def test_one_digest_knows_what_the_one_before_said() -> None:
    first = draw_up(Matter([stands("oee", 60), stands("rft", 101)], [new_thread()]), until=NOON)
    assert first.changes is None
    later = Matter(
        [stands("oee", 101), stands("rft", 60)],
        [replace(new_thread(), tier=1), new_thread(id=2)],
        before=Before(NOON, first.facts),
    )
    changes = draw_up(later, until=NOON).changes
    assert changes
    assert (changes.opened, changes.worse, changes.settled) == ((2,), (1,), ())
    assert (changes.off, changes.back) == (("rft",), ("oee",))
    assert not draw_up(
        replace(later, before=Before(NOON, draw_up(later, until=NOON).facts)), until=NOON
    ).changes


def test_what_is_critical_is_asked_about_while_the_first_one_asked_still_has_time() -> None:
    critical = new_thread(id=1, severity=Severity.CRITICAL)
    agenda = draw_up(Matter(threads=[critical, new_thread(id=2)]), until=NOON)
    assert [question.about for question in agenda.questions] == [Case(critical, Need.PATIENCE)]
