from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.control_plan import Rule, Severity
from rules.events import Event
from rules.matching import LONGEST_FINGERPRINT, LONGEST_TITLE, Match, RuleBook, Verdict, joined_fingerprint
from tests.rules.plant import NOON, event, plan, rule


def says(declared: Rule, happened: Event) -> Match:
    (match,) = RuleBook.compile(plan(declared)).match(happened)
    return match


def test_an_event_that_satisfies_the_rule_raises_with_everything_a_card_needs() -> None:
    match = says(rule(), event(state="DOWN", reason="jam at\n the infeed"))
    assert match.verdict is Verdict.RAISE
    assert match.fingerprint == "filler-2"
    assert match.title == "filler-2 down: jam at the infeed"
    assert match.at == "filler-2"
    assert match.severity is Severity.HIGH
    assert match.failure is None


def test_an_event_that_satisfies_the_opposite_clears_the_same_fingerprint() -> None:
    match = says(rule(), event(state="RUNNING"))
    assert (match.verdict, match.fingerprint, match.title) == (Verdict.CLEAR, "filler-2", "")


def test_what_lies_between_says_neither_but_of_whom() -> None:
    match = says(rule(), event(state="IDLE"))
    assert (match.verdict, match.fingerprint) == (Verdict.NEITHER, "filler-2")


def test_raising_wins_where_both_conditions_hold() -> None:
    assert says(rule(when="true", clear_when="true"), event(reason="jam")).verdict is Verdict.RAISE


@pytest.mark.parametrize(
    ("changes", "data", "failure"),
    [
        ({}, {}, 'the event has no "state"'),
        ({"when": "event.data.state > 3"}, {"state": "DOWN"}, "does not work on"),
        ({}, {"state": "DOWN"}, "the event has no 'reason'"),
        ({"at": "{{ event.data.at }}"}, {"state": "DOWN", "reason": "jam"}, "the event has no 'at'"),
        ({"fingerprint": ["{{ event.data.tag }}"]}, {"state": "RUNNING"}, "the event has no 'tag'"),
        ({"severity": "{{ event.data.reason }}"}, {"state": "DOWN", "reason": "jam"}, "came out as 'jam'"),
        ({}, {"state": "DOWN", "reason": {1, 2}}, "is not JSON"),
    ],
)
def test_a_rule_that_cannot_decide_says_why(changes: Any, data: Any, failure: str) -> None:
    match = says(rule(**changes), event(**data))
    assert match.verdict is Verdict.FAILED
    assert match.failure is not None
    assert failure in match.failure


def test_one_failing_rule_does_not_silence_the_others() -> None:
    book = RuleBook.compile(plan(rule(key="broken", when="event.data.missing == 1"), rule(key="sound")))
    verdicts = {match.rule.key: match.verdict for match in book.match(event(state="DOWN", reason="jam"))}
    assert verdicts == {"broken": Verdict.FAILED, "sound": Verdict.RAISE}


@pytest.mark.parametrize(
    ("on", "event_type", "concerned"),
    [
        ("machine.state", "machine.state", True),
        ("machine.state", "machine.state.v2", False),
        ("machine.*", "machine.state", True),
        ("machine.*", "machine.state.v2", True),
        ("machine.*", "machine", False),
        ("machine.*", "machinery.state", False),
        (["order.late", "machine.state"], "machine.state", True),
        (["machine.*", "machine.state"], "machine.state", True),
    ],
)
def test_a_rule_hears_its_own_types_once(on: Any, event_type: str, concerned: bool) -> None:
    matches = RuleBook.compile(plan(rule(on=on, when="true"))).match(event(event_type, reason="jam"))
    assert len(matches) == (1 if concerned else 0)


def test_a_severity_may_come_from_the_event() -> None:
    declared = rule(severity="{{ event.data.level }}")
    assert says(declared, event(state="DOWN", reason="x", level=" Critical ")).severity is Severity.CRITICAL


def test_a_call_is_a_rule_that_nobody_wrote() -> None:
    book = RuleBook.compile(plan())
    (match,) = book.match(event("andon.call", call_type="maintenance", text="Capper leaks oil"))
    assert match.rule.key == "call:maintenance"
    assert (match.verdict, match.title, match.at) == (Verdict.RAISE, "Capper leaks oil", "filler-2")
    assert match.fingerprint == "maintenance|filler-2"
    assert Rule.model_validate(match.rule.model_dump(mode="json")) == match.rule


def test_a_call_without_words_is_named_by_its_type() -> None:
    (match,) = RuleBook.compile(plan()).match(event("andon.call", call_type="maintenance", text=""))
    assert match.title == "maintenance"


def test_a_call_of_an_unknown_type_raises_nothing() -> None:
    (match,) = RuleBook.compile(plan()).match(event("andon.call", call_type="coffee"))
    assert match.verdict is Verdict.NEITHER


def test_the_rule_about_failing_rules_is_owned_by_whoever_owns_the_rest() -> None:
    failure_rule = RuleBook.compile(plan()).failure_rule
    assert (failure_rule.key, failure_rule.owner, failure_rule.policy) == (
        "rule-failed",
        "shift_lead",
        "standard",
    )
    assert Rule.model_validate(failure_rule.model_dump(mode="json")) == failure_rule


def test_ten_thousand_rules_on_other_types_are_not_even_looked_at() -> None:
    others = [rule(key=f"other-{number}", on=f"other.type-{number}") for number in range(2_000)]
    book = RuleBook.compile(plan(*others, rule()))
    assert [match.rule.key for match in book.match(event(state="DOWN", reason="jam"))] == ["line-down"]


def test_a_title_fits_on_a_card() -> None:
    title = says(rule(), event(state="DOWN", reason="x" * 9_000)).title
    assert len(title) == LONGEST_TITLE
    assert title.endswith("…")


parts = st.lists(st.text(max_size=300), min_size=2, max_size=2).map(
    lambda texts: [text.strip() for text in texts]
)


@given(parts, parts)
def test_fingerprints_are_equal_only_for_equal_parts(one: list[str], other: list[str]) -> None:
    assert (joined_fingerprint(one) == joined_fingerprint(other)) == (one == other)
    assert len(joined_fingerprint(one)) <= LONGEST_FINGERPRINT


@given(
    st.dictionaries(st.text(max_size=10), st.none() | st.integers() | st.floats() | st.text() | st.booleans())
)
def test_nothing_in_an_event_makes_matching_raise(data: dict[str, Any]) -> None:
    strange = Event(id="1", source="s", type="machine.state", subject="\ud800", time=NOON, data=data)
    assert RuleBook.compile(plan(rule())).match(strange)
