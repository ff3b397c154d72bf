from typing import Any

from rules.plan_difference import differences
from tests.rules.plant import PLANT, plan, rule


def told(old: Any, new: Any) -> list[str]:
    return [str(difference) for difference in differences(old, new)]


def test_the_same_plan_differs_in_nothing() -> None:
    assert told(plan(rule()), plan(rule())) == []


def test_a_change_is_told_where_it_is_in_the_words_of_the_plan() -> None:
    assert told(plan(rule()), plan(rule(**{"for": "10m", "kpi": None}))) == [
        "changed rules[line-down].for: 5m → 10m",
        "removed rules[line-down].kpi: oee",
    ]


def test_entries_are_known_by_their_key_and_not_by_their_place() -> None:
    before = plan(rule(key="a"), rule(key="b"))
    after = plan(rule(key="new"), rule(key="b"))
    kinds = [(difference.kind.value, difference.path) for difference in differences(before, after)]
    assert kinds == [("removed", "rules[a]"), ("added", "rules[new]")]


def test_order_is_a_difference_too() -> None:
    areas = PLANT["areas"]
    assert told(plan(), plan(areas=areas[::-1])) == [
        'changed areas (order): ["filling", "packaging"] → ["packaging", "filling"]'
    ]


def test_the_first_of_a_kind_is_added_and_the_last_removed() -> None:
    first = differences(plan(), plan(rule()))
    last = differences(plan(rule()), plan())
    assert [(each.kind.value, each.path) for each in first + last] == [
        ("added", "rules[line-down]"),
        ("removed", "rules[line-down]"),
    ]


def test_tables_are_compared_key_by_key() -> None:
    policy = PLANT["escalation_policies"]["standard"]
    changed = {"standard": {**policy, "clocks": {"respond": ["3m"], "resolve": ["4h"]}}}
    assert told(plan(), plan(escalation_policies=changed)) == [
        'changed escalation_policies.standard.clocks.respond: ["5m", "10m"] → ["3m"]'
    ]
