from datetime import timedelta

import pytest
from pydantic import ValidationError

from rules.control_plan import ControlPlan, EscalationPolicy, Rule, Severity
from tests.rules.plant import plan, rule


def test_a_rule_survives_being_written_into_a_thread() -> None:
    written = rule(clear_for="90s", consecutive=3).model_dump(mode="json", by_alias=True)
    assert written["for"] == "5m"
    assert written["clear_for"] == "1m30s"
    assert Rule.model_validate(written) == rule(clear_for="90s", consecutive=3)


def test_a_policy_survives_being_written_into_a_thread() -> None:
    policy = plan().escalation_policies["standard"]
    written = policy.model_dump(mode="json", by_alias=True)
    assert written["clocks"]["respond"] == ["5m", "10m"]
    assert EscalationPolicy.model_validate(written) == policy


def test_a_whole_plan_survives_the_database() -> None:
    original = plan(rule())
    assert ControlPlan.model_validate_json(original.model_dump_json()) == original


def test_severities_compare_by_rank() -> None:
    assert max(Severity, key=lambda severity: severity.rank) is Severity.CRITICAL
    assert [severity.rank for severity in Severity] == [3, 2, 1, 0]


def test_one_word_may_stand_for_a_list_of_one() -> None:
    assert rule(on="machine.*").on == ("machine.*",)
    assert plan().escalation_policies["standard"].tiers[0].notify == ("owner",)


def test_zero_needs_no_unit_but_five_does() -> None:
    assert rule(**{"for": 0}).for_ == timedelta()
    with pytest.raises(ValidationError, match="with a unit"):
        rule(**{"for": 5})


@pytest.mark.parametrize("event_type", ["machine*", "*.state", "machine state", "*"])
def test_only_a_whole_family_of_events_may_be_starred(event_type: str) -> None:
    with pytest.raises(ValidationError, match="is not an event type"):
        rule(on=event_type)


def test_a_severity_is_a_known_word_or_a_template() -> None:
    assert rule(severity="{{ event.data.severity }}").severity == "{{ event.data.severity }}"
    with pytest.raises(ValidationError, match="critical, high, medium, low"):
        rule(severity="urgent")


def test_nothing_that_is_misspelt_is_silently_ignored() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        rule(titel="x")
