from dataclasses import replace
from typing import Any

from rules.built_in_rules import CALL_SOURCE
from rules.control_plan import Rule, Severity
from rules.exception_threads import Change, FactKind, State
from rules.matching import RuleBook
from rules.opening import draft_of, open_thread
from rules.plan_index import PlanIndex
from tests.cast import FATIMA, JONAS, MARIA, NOON, after, control_plan, event, line_down


def opening(rule: Rule, subject: str = "filler-2", **plan: Any) -> Change:
    declared = control_plan(rule, **plan)
    happened = event(subject=subject)
    (match,) = RuleBook.compile(declared).match(happened)
    return open_thread(
        rule,
        fingerprint=match.fingerprint,
        draft=draft_of(match, happened),
        index=PlanIndex(declared),
        plan_version=7,
        event_at=after(-1),
        now=NOON,
    )


def test_a_new_thread_is_placed_owned_and_told_to_the_first_tier() -> None:
    change = opening(line_down())
    thread = change.thread
    assert (thread.title, thread.severity) == ("filler-2 down: cap jam", Severity.HIGH)
    assert (thread.place, thread.area, thread.channel) == ("Filler 2 · Line 2", "filling", "#filling")
    assert (thread.owner, thread.state, thread.tier) == (MARIA, State.OPEN, 0)
    assert (thread.opened_at, thread.last_event_at) == (NOON, after(-1))
    assert thread.due == after(5)
    assert [(fact.kind, fact.notify) for fact in change.facts] == [(FactKind.OPENED, ("owner",))]


def test_rule_and_policy_are_snapshots_of_the_plan_that_was_in_force() -> None:
    rule = line_down()
    thread = opening(rule).thread
    assert thread.rule == rule
    assert len(thread.policy.tiers) == 3
    assert thread.plan_version == 7


def test_equipment_that_the_plan_does_not_know_goes_to_the_catch_all_and_is_owned() -> None:
    thread = opening(line_down(), subject="robot-9").thread
    assert (thread.area, thread.equipment, thread.channel) == (None, "robot-9", "#control-room")
    assert thread.owner in (MARIA, JONAS, "claire")


def test_where_nobody_holds_the_role_the_catch_alls_owner_takes_it() -> None:
    assert opening(line_down(owner="hygienist")).thread.owner == FATIMA


def test_a_policy_that_left_the_plan_is_replaced_by_the_catch_alls() -> None:
    thread = opening(line_down(policy="forgotten")).thread
    assert [tier.notify for tier in thread.policy.tiers] == [("owner",), ("shift_lead@area", "#escalations")]


def test_a_title_that_comes_out_empty_is_the_rules_key() -> None:
    assert opening(line_down(title="{{ event.data.nothing | default('') }}")).thread.title == "line-down"


def test_a_rule_or_the_whole_plan_may_run_in_shadow() -> None:
    assert opening(line_down(shadow=True)).thread.shadow
    assert opening(line_down(), shadow=True).thread.shadow
    assert not opening(line_down()).thread.shadow


def test_a_thread_without_a_clock_waits_for_ever() -> None:
    thread = opening(line_down(), policy={"clocks": {}}).thread
    assert (thread.due, thread.clocks) == (None, ())
    assert replace(thread, id=12).name == "EX-12"


def test_a_call_says_who_calls_and_a_machine_cannot_pretend_to_be_a_person() -> None:
    (match,) = RuleBook.compile(control_plan(line_down())).match(event())
    called = replace(event(), source=CALL_SOURCE, data={"by": MARIA, "text": "smoke"})
    pretended = replace(called, source="/plc")
    assert draft_of(match, called)["by"] == MARIA
    assert "by" not in draft_of(match, pretended)
