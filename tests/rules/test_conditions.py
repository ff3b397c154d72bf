"""The conformance corpus: what conditions mean here, whatever library evaluates them."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.conditions import Condition, ConditionFailedError, ConditionSyntaxError
from rules.facts import DEEPEST
from tests.rules.plant import event

DATA: dict[str, Any] = {
    "state": "DOWN",
    "umlaut": "Müller 𝄞",
    "whole": 3,
    "fraction": 2.5,
    "huge": 2**70,
    "yes": True,
    "nothing": None,
    "empty": "",
    "list": [1, 2, "three", [4, {"deep": True}]],
    "table": {"inner": {"key": "value"}, "with space": 1},
    "at": "2026-03-02T10:00:00+01:00",
    "number_as_text": "1.5",
}

TRUE = [
    'event.data.state == "DOWN"',
    "event.data.state == 'DOWN'",
    'event.data.state != "RUNNING" && event.data.whole > 2',
    'event.data.umlaut == "Müller 𝄞"',
    "event.data.umlaut.size() == 8",
    "event.data.whole == 3",
    "event.data.whole == 3.0",
    "event.data.whole > 2.5",
    "event.data.fraction < 3",
    "event.data.whole + 1 == 4",
    "double(event.data.whole) * 1.5 == 4.5",
    "event.data.whole % 2 == 1",
    "event.data.huge > 1",
    "event.data.huge > 9223372036854775807",
    "event.data.yes",
    "!(!event.data.yes)",
    "event.data.nothing == null",
    "event.data.empty == ''",
    "has(event.data.state)",
    "!has(event.data.missing)",
    "has(event.data.table.inner)",
    "!has(event.data.table.outer)",
    '"state" in event.data',
    'event.data.state in ["DOWN", "STOPPED"]',
    '"three" in event.data.list',
    "2 in event.data.list",
    "event.data.list[0] == 1",
    "event.data.list[3][1].deep",
    "size(event.data.list) == 4",
    "event.data.list.exists(each, each == 2)",
    "!event.data.list.all(each, each == 2)",
    "event.data.list.filter(each, each == 1).size() == 1",
    'event.data.table.inner.key == "value"',
    'event.data.table["with space"] == 1',
    'event.data["state"] == "DOWN"',
    'event.data.state.matches("^D.*N$")',
    'event.data.state.startsWith("DO") && event.data.state.endsWith("WN") && event.data.state.contains("OW")',
    "double(event.data.number_as_text) > 1.0",
    'event.id == "1" && event.source == "/mes"',
    'event.type == "machine.state" && event.subject == "filler-2"',
    'event.time == timestamp("2026-03-02T12:00:00Z")',
    'event.time - timestamp(event.data.at) == duration("3h")',
    'event.time.getHours("Europe/Berlin") == 13',
    "event.time.getDayOfWeek() == 1",
    'event.data.missing == 1 || event.data.state == "DOWN"',
    "has(event.data.missing) && event.data.missing > 1 ? false : true",
    'event.data.whole == 3 // three "machines"',
]
FALSE = [
    'event.data.state == "RUNNING"',
    'event.data.whole == "3"',
    'event.data.nothing == "DOWN"',
    "event.data.yes == 1",
    "event.data.missing == 1 && false",
    'event.data.state.matches("^OWN")',
    "event.data.list == []",
]
UNDECIDABLE = [
    ("event.data.missing == 1", 'the event has no "missing"'),
    ("event.data.table.outer.key == 1", 'the event has no "outer"'),
    ("event.data.state > 3", "does not work on"),
    ("event.data.whole * 1.5 > 4.0", "write double"),
    ("event.data.whole.matches('3')", "does not work on"),
    ("size(event.data.whole) == 1", "does not work on"),
    ("event.data.whole", "kind int, not true or false"),
    ("event.data.state", "kind string, not true or false"),
    ("event.data.nothing", "kind null, not true or false"),
    ("event.data.state.inner == 1", "has no fields"),
    ("event.data.list[9] == 1", "index=9 size=4"),
    ("event.data.whole ? true : false", "neither true nor false"),
    ("event.data.whole / 0 == 1", "divide by zero"),
    ("timestamp(event.data.state) < event.time", "conversion failed"),
    ('event.data.state.matches("(")', "invalid regular expression"),
    ("1 in event.data.whole", "needs a list or a table"),
    ("[1,2,3,4,5,6,7,8,9,0].all(a, " * 5 + "true" + ")" * 5, "budget exceeded"),
]
REFUSED = [
    ("\n", 2, 1, "ends too early"),
    ("", 1, 1, "here"),
    ('event.data.state = "DOWN"', 1, 18, "CEL writes =="),
    ("event.data.a == 1 and event.data.b == 1", 1, 19, "CEL writes &&"),
    ('evnt.data.state == "DOWN"', 1, 1, "'evnt.data.state' is not known"),
    ("event.dta.x == 1", 1, 1, "'event.dta.x' is not known"),
    ('event.data.x == 1 &&\n  event.subject.startswith("a")', 2, 17, "'startswith' is not known"),
    ('"é𝄞" == foo', 1, 9, "'foo' is not known"),
    ("event.subject > 3", 1, 15, "does not work on (string, int)"),
    ('1 + "a" == 2', 1, 3, "does not work on (int, string)"),
    ("event.subject", 1, 1, "kind string"),
    ("1", 1, 1, "kind int"),
    ("has(event.subject)", 1, 1, "kind string"),
    ("(" * 500 + "true" + ")" * 500, 1, 1, "nested too deeply"),
    ('"open', 1, 1, "here"),
]


@pytest.mark.parametrize("source", TRUE)
def test_holds(source: str) -> None:
    assert Condition.compile(source).holds(event(**DATA)) is True


@pytest.mark.parametrize("source", FALSE)
def test_does_not_hold(source: str) -> None:
    assert Condition.compile(source).holds(event(**DATA)) is False


@pytest.mark.parametrize(("source", "reason"), UNDECIDABLE)
def test_says_why_it_cannot_be_decided(source: str, reason: str) -> None:
    with pytest.raises(ConditionFailedError) as failure:
        Condition.compile(source).holds(event(**DATA))
    assert reason in failure.value.reason


@pytest.mark.parametrize(("source", "line", "column", "message"), REFUSED)
def test_a_wrong_condition_is_refused_at_its_place(source: str, line: int, column: int, message: str) -> None:
    with pytest.raises(ConditionSyntaxError) as refusal:
        Condition.compile(source)
    assert (refusal.value.line, refusal.value.column) == (line, column)
    assert message in refusal.value.message


@pytest.mark.parametrize("stranger", [datetime(2026, 1, 1, tzinfo=UTC), Decimal("1.5"), {1, 2}, b"bytes"])
def test_what_is_not_json_is_said_instead_of_failing_elsewhere(stranger: object) -> None:
    with pytest.raises(ConditionFailedError, match="is not JSON"):
        Condition.compile('event.data.state == "DOWN"').holds(event(state="DOWN", stranger=stranger))


def test_data_that_would_crash_the_evaluator_is_refused_in_time() -> None:
    nested: dict[str, Any] = {}
    for _ in range(DEEPEST + 1):
        nested = {"inner": nested}
    with pytest.raises(ConditionFailedError, match="nested deeper"):
        Condition.compile("has(event.data.inner)").holds(event(**nested))


def test_half_a_surrogate_pair_is_no_reason_to_fail() -> None:
    broken: dict[str, Any] = {"state": "DOWN", "broken": "\ud800", "\udfff": 1}
    assert Condition.compile('event.data.state == "DOWN"').holds(event(**broken))


def test_a_catastrophic_regular_expression_takes_no_longer_than_any_other() -> None:
    condition = Condition.compile('event.data.text.matches("^(a+)+$")')
    assert condition.holds(event(text="a" * 3_999 + "b")) is False


def test_however_much_an_event_holds_a_condition_is_decided_at_once() -> None:
    """Each of these took seconds to hours, and nobody can interrupt the evaluator."""
    data: dict[str, Any] = {"l": ["a"] * 5_000, "s": "a" * 400_000, "n": "a" * 200_000 + "b"}
    began = time.process_time()
    for source in (
        "event.data.l.exists(x, event.data.s.contains(event.data.n))",
        "size(event.data.l.map(x, event.data.s + x)) > 0",
        " + ".join(["event.data.s"] * 20) + " == ''",
    ):
        Condition.compile(source).holds(event(**data))
    with pytest.raises(ConditionFailedError, match="budget"):
        Condition.compile("event.data.l.all(x, event.data.l.all(y, x == y))").holds(event(**data))
    assert time.process_time() - began < 20


def test_many_threads_may_ask_the_same_condition_at_once() -> None:
    condition = Condition.compile("event.data.number % 2 == 0")
    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda number: condition.holds(event(number=number)), range(4000)))
    assert answers == [number % 2 == 0 for number in range(4000)]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), json_values, max_size=5))
def test_any_json_at_all_can_be_asked_about(data: dict[str, Any]) -> None:
    condition = Condition.compile('event.data.exists(key, key == "state") || event.subject == "filler-2"')
    assert condition.holds(replace(event(), data=data)) is True
