"""Decisions on both databases: appended once, told to whom they concern, asked about on the day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.services import decision_log
from bot.services.decision_reviews import review
from bot.services.decisions import UnknownDecisionError, decide
from bot.services.people import PermissionDeniedError
from bot.store import decisions
from rules.decisions import (
    AlreadyAmendedError,
    AlreadyReviewedError,
    Decision,
    DecisionError,
    Draft,
    Outcome,
    PastDayError,
)
from rules.delivery import Purpose
from rules.exception_threads import FactKind
from tests.cast import CLAIRE, FATIMA, JONAS, MARIA, NOON
from tests.services.floor import Floor

FRIDAY = date(2026, 3, 6)
FRIDAY_AT_NINE = datetime.fromisoformat("2026-03-06T09:00+01:00")
DRAFT = Draft("run two shifts", kpi="oee", change=2.0, day=FRIDAY, owner=MARIA)
DAY = timedelta(days=1)


def decided(floor: Floor, draft: Draft = DRAFT, *, by: str = CLAIRE, form: str = "form-1") -> Decision:
    return decide(floor.database, draft, by=by, form=form, plan=floor.plan, now=floor.now)


def reviewed(floor: Floor, number: int = 1, *, by: str = MARIA, **how: Any) -> Decision:
    answer = {"outcome": Outcome.MOVED, "said": "", "form": f"review-{number}", **how}
    return review(floor.database, number, by=by, plan=floor.plan, now=floor.now, **answer)


def directs(floor: Floor, target: str) -> list[str]:
    return [row.body["text"] for row in floor.rows(Purpose.DIRECT, target=target) if row.body]


def test_a_decision_is_stored_with_its_review_and_its_owner_is_told(floor: Floor) -> None:
    decision = decided(floor)
    assert decision_log.find(floor.database, decision.id) == decision
    assert (decision.name, decision.counted, decision.by_when) == ("D-1", True, FRIDAY_AT_NINE)
    (told,) = directs(floor, "@maria")
    assert "Claire logged *D-1* and made you its owner" in told


def test_whoever_owns_what_they_decide_is_told_nothing_twice(floor: Floor) -> None:
    decided(floor, by=MARIA)
    assert not floor.rows()


def test_a_form_sent_twice_is_one_decision(floor: Floor) -> None:
    first, again = decided(floor), decided(floor)
    assert first == again
    assert decision_log.latest(floor.database).total == 1
    assert len(directs(floor, "@maria")) == 1


def test_an_amendment_sent_twice_is_one_amendment(floor: Floor) -> None:
    decided(floor)
    better = replace(DRAFT, text="run three shifts", amends=1)
    assert decided(floor, better, form="form-2") == decided(floor, better, form="form-2")
    assert [each.id for each in decision_log.trail(floor.database, 1)] == [1, 2]


@pytest.mark.parametrize("left_open", ["kpi", "change", "day", "owner"])
def test_a_conversation_is_kept_but_never_counted_nor_reviewed(floor: Floor, left_open: str) -> None:
    nothing: dict[str, Any] = {left_open: None}
    conversation = decided(floor, replace(DRAFT, **nothing))
    floor.waits(FRIDAY_AT_NINE + 30 * DAY)
    assert not conversation.counted
    assert not floor.rows()
    with floor.database.reading() as tx:
        assert not decisions.due(tx, until=floor.now)
        assert not decisions.open_unmoved(tx)
    assert decision_log.latest(floor.database).decisions == (conversation,)


def test_completing_a_conversation_makes_it_a_decision_in_a_new_entry(floor: Floor) -> None:
    decided(floor, replace(DRAFT, owner=None), by=MARIA)
    decided(floor, replace(DRAFT, amends=1), by=MARIA, form="form-2")
    before, now = decision_log.trail(floor.database, 1)
    assert (before.counted, before.amended_by, now.counted, now.amends) == (False, 2, True, 1)
    floor.waits(FRIDAY_AT_NINE)
    assert "*D-2* is due" in directs(floor, "@maria")[0]


def test_only_the_newest_entry_is_asked_about(floor: Floor) -> None:
    decided(floor, by=MARIA)
    decided(floor, replace(DRAFT, day=FRIDAY + DAY, amends=1), by=MARIA, form="form-2")
    floor.waits(FRIDAY_AT_NINE)
    assert not floor.rows()
    floor.waits(FRIDAY_AT_NINE + DAY)
    assert len(floor.rows()) == 1
    with pytest.raises(AlreadyAmendedError, match="D-2 has taken its place"):
        reviewed(floor, 1)
    with pytest.raises(AlreadyAmendedError):
        decided(floor, replace(DRAFT, amends=1), by=MARIA, form="form-3")


def test_only_its_owner_and_whoever_decided_it_may_amend_or_review_it(floor: Floor) -> None:
    decided(floor)
    with pytest.raises(PermissionDeniedError, match="Only Maria or Claire may review D-1"):
        reviewed(floor, by=JONAS)
    with pytest.raises(PermissionDeniedError, match="Only Maria or Claire may amend D-1"):
        decided(floor, replace(DRAFT, amends=1), by=JONAS, form="form-2")
    assert reviewed(floor, by=CLAIRE).reviewed is Outcome.MOVED


def test_strangers_decide_nothing_and_the_plan_may_reserve_it(floor: Floor) -> None:
    with pytest.raises(PermissionDeniedError, match="zoe is not in the control plan"):
        decided(floor, by="zoe")
    floor.follows(permissions={"decide": ["plant_manager"]})
    with pytest.raises(PermissionDeniedError, match="Only plant_manager may decide"):
        decided(floor, by=MARIA)
    assert decided(floor, by=CLAIRE).id == 1


def test_what_the_plan_does_not_know_and_days_that_are_over_are_refused(floor: Floor) -> None:
    for wrong in ({"kpi": "happiness"}, {"owner": "zoe"}, {"amends": 99}):
        unknown: dict[str, Any] = wrong
        with pytest.raises(DecisionError):
            decided(floor, replace(DRAFT, **unknown))
    with pytest.raises(PastDayError, match="choose a later day"):
        decided(floor, replace(DRAFT, day=NOON.date()))
    assert decision_log.latest(floor.database).total == 0


def test_a_decision_from_a_card_is_told_in_its_thread_and_pages_its_owner(floor: Floor) -> None:
    floor.hears()
    decided(floor, replace(DRAFT, thread_id=1))
    assert floor.kinds()[-1] is FactKind.DECIDED
    assert (
        "<@U0MARIA01>: Claire logged D-1: “run two shifts”. Maria owns it; expected: OEE +2 %"
        in floor.notes()[-1]
    )
    assert not floor.rows(Purpose.DIRECT)
    assert floor.thread().revision == 1


def test_a_conversation_from_a_card_is_told_as_what_it_is(floor: Floor) -> None:
    floor.hears()
    decided(floor, Draft("we talked", thread_id=1))
    assert (
        "A conversation, not counted: it lacks a KPI, an expected change, a date and an owner."
        in (floor.notes()[-1])
    )


def test_its_amendment_and_its_review_are_told_in_the_same_thread(floor: Floor) -> None:
    floor.hears()
    decided(floor, replace(DRAFT, thread_id=1))
    decided(floor, replace(DRAFT, amends=1), form="form-2")
    reviewed(floor, 2, outcome=Outcome.NOT_MOVED, said="no fitter on Tuesday")
    assert "logged D-2, in place of D-1" in floor.notes()[-2]
    assert "Maria said of D-2: not moved: “no fitter on Tuesday”" in floor.notes()[-1]


def test_the_owner_is_asked_on_four_mornings_then_the_control_room_once_and_then_nobody(floor: Floor) -> None:
    decided(floor, by=MARIA)
    for day in range(10):
        floor.waits(FRIDAY_AT_NINE + day * DAY)
    asked = directs(floor, "@maria")
    assert [text.partition("?")[2].strip() for text in asked] == [
        "",
        "I asked 1× before.",
        "I asked 2× before.",
        "I asked 3× before.",
    ]
    (escalated,) = directs(floor, "#control-room")
    assert "*D-1* is overdue" in escalated
    assert decision_log.due(floor.database, until=floor.now, person=MARIA).total == 1


def test_after_a_week_of_downtime_the_owner_is_asked_once(floor: Floor) -> None:
    decided(floor, by=MARIA)
    floor.waits(FRIDAY_AT_NINE + 7 * DAY)
    floor.waits(floor.now + timedelta(hours=1))
    (asked,) = directs(floor, "@maria")
    assert "(late: this was due <!date^" in asked
    assert "|2026-03-06 08:00 UTC>, and Andon could not ask then)" in asked
    floor.waits(FRIDAY_AT_NINE + 8 * DAY)
    assert "late" not in directs(floor, "@maria")[1]
    assert not directs(floor, "#control-room")


def test_a_late_escalation_says_so_too(floor: Floor) -> None:
    decided(floor, by=MARIA)
    for day in range(4):
        floor.waits(FRIDAY_AT_NINE + day * DAY)
    floor.waits(FRIDAY_AT_NINE + 4 * DAY + timedelta(hours=2))
    assert "late: this was due" in directs(floor, "#control-room")[0]


def test_the_plan_says_at_what_time_of_day_owners_are_asked(floor: Floor) -> None:
    site = floor.plan.index.plan.site.model_dump() | {"review_at": "13:30"}
    floor.follows(site=site)
    decided(floor, by=MARIA)
    floor.waits(FRIDAY_AT_NINE + timedelta(hours=4, minutes=29))
    assert directs(floor, "@maria") == []
    floor.waits(FRIDAY_AT_NINE + timedelta(hours=4, minutes=30))
    assert len(directs(floor, "@maria")) == 1
    floor.now = FRIDAY_AT_NINE + timedelta(hours=5)
    with pytest.raises(PastDayError, match="at 13:30 of that day"):
        decided(floor, form="form-2")


def test_an_answer_ends_the_questions_and_is_told_to_whoever_decided(floor: Floor) -> None:
    decided(floor)
    floor.waits(FRIDAY_AT_NINE)
    done = reviewed(floor)
    floor.waits(FRIDAY_AT_NINE + 5 * DAY)
    assert len(directs(floor, "@maria")) == 2
    assert "*D-1*: Maria says it moved." in directs(floor, "@claire")[0]
    assert decision_log.find(floor.database, 1) == replace(done, asked=1)
    with pytest.raises(AlreadyReviewedError, match="reviewed already: moved"):
        reviewed(floor, outcome=Outcome.NOT_MOVED, form="review-2")


def test_what_did_not_move_stays_open_until_something_else_is_decided(floor: Floor) -> None:
    decided(floor, by=MARIA)
    reviewed(floor, outcome=Outcome.NOT_MOVED, said="no fitter")
    with floor.database.reading() as tx:
        (unmoved,) = decisions.open_unmoved(tx)
    assert unmoved.reviewed is Outcome.NOT_MOVED
    decided(floor, replace(DRAFT, amends=1), by=MARIA, form="form-2")
    with floor.database.reading() as tx:
        assert not decisions.open_unmoved(tx)


def test_the_question_about_somebody_who_left_goes_to_the_control_room(floor: Floor) -> None:
    decided(floor)
    people = [each.model_dump(mode="json") for each in floor.plan.index.plan.people if each.key != MARIA]
    floor.follows(people=people)
    floor.waits(FRIDAY_AT_NINE)
    assert "*D-1* is due" in directs(floor, "#control-room")[0]


def test_lists_are_of_a_person_a_kpi_or_what_is_due(floor: Floor) -> None:
    decided(floor)
    decided(floor, replace(DRAFT, owner=FATIMA, day=FRIDAY + 7 * DAY), by=FATIMA, form="form-2")
    decided(floor, Draft("we talked"), by=JONAS, form="form-3")

    def names(found: decision_log.Entries) -> list[str]:
        return [each.name for each in found.decisions]

    assert names(decision_log.latest(floor.database)) == ["D-3", "D-2", "D-1"]
    assert names(decision_log.latest(floor.database, person=CLAIRE)) == ["D-1"]
    assert names(decision_log.latest(floor.database, kpi="oee")) == ["D-2", "D-1"]
    assert names(decision_log.due(floor.database, until=FRIDAY_AT_NINE)) == ["D-1"]
    with floor.database.reading() as tx:
        assert not decisions.due(tx, until=FRIDAY_AT_NINE, area_kpis=())
        assert len(decisions.due(tx, until=FRIDAY_AT_NINE, area_kpis={"oee"})) == 1
    with pytest.raises(UnknownDecisionError, match="There is no D-99"):
        decision_log.find(floor.database, 99)


def test_two_replicas_ask_once_and_take_a_form_once(two_replicas: tuple[Floor, Floor]) -> None:
    with ThreadPoolExecutor(2) as at_once:
        same = list(at_once.map(decided, two_replicas))
    assert same[0] == same[1]
    with ThreadPoolExecutor(2) as at_once:
        list(at_once.map(lambda replica: replica.waits(FRIDAY_AT_NINE), two_replicas))
    assert len(directs(two_replicas[0], "@maria")) == 2


def test_of_two_answers_at_the_same_moment_one_counts(two_replicas: tuple[Floor, Floor]) -> None:
    decided(two_replicas[0], by=MARIA)

    def answers(replica: Floor, form: str) -> bool:
        try:
            return reviewed(replica, form=form).review is not None
        except AlreadyReviewedError:
            return False

    with ThreadPoolExecutor(2) as at_once:
        assert sorted(at_once.map(answers, two_replicas, ["review-1", "review-2"])) == [False, True]
