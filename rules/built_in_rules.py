"""The rules that nobody writes: calls by people, rules that fail, and what the auditor finds."""

import json
from collections.abc import Iterator

from rules.control_plan import CallType, ControlPlan, Rule, Severity

CALL_EVENT_TYPE = "andon.call"
CALL_SOURCE = "slack:raise"
CALL_RULE_PREFIX = "call:"
FAILURE_RULE_KEY = "rule-failed"
AUDIT_EVENT_TYPE = "andon.audit"
AUDIT_SOURCE = "andon:auditor"
AUDIT_RULE_KEY = "audit"
OWN_RULE_KEYS = frozenset({FAILURE_RULE_KEY, AUDIT_RULE_KEY})
"""About Andon itself: always heard."""


def call_rules(plan: ControlPlan) -> Iterator[Rule]:
    """One rule for each call type; the event's data carry `call_type` and what the caller says as `text`."""
    return (_call_rule(call_type) for call_type in plan.call_types)


def failure_rule(plan: ControlPlan) -> Rule:
    """For the operators, about a rule that could not decide. On no event type: nothing ever matches it."""
    return Rule(
        key=FAILURE_RULE_KEY,
        on=(),
        when="false",
        fingerprint=("{{ event.data.rule }}",),
        severity=Severity.HIGH,
        title="Rule {{ event.data.rule }} cannot decide",
        at="Andon",
        owner=plan.catch_all.owner,
        policy=plan.catch_all.policy,
    )


def audit_rule(plan: ControlPlan) -> Rule:
    """For the operators, about records that contradict each other: one exception for each kind of fault."""
    return Rule(
        key=AUDIT_RULE_KEY,
        on=(AUDIT_EVENT_TYPE,),
        when=f"event.source == {json.dumps(AUDIT_SOURCE)}",
        fingerprint=("{{ event.subject }}",),
        severity=Severity.HIGH,
        title="{{ event.data.title }}",
        at="Andon",
        owner=plan.catch_all.owner,
        policy=plan.catch_all.policy,
    )


def _call_rule(call_type: CallType) -> Rule:
    named = json.dumps(call_type.key)
    return Rule(
        key=CALL_RULE_PREFIX + call_type.key,
        on=(CALL_EVENT_TYPE,),
        when=f"has(event.data.call_type) && event.data.call_type == {named}",
        fingerprint=("{{ event.data.call_type }}", "{{ event.subject }}"),
        severity=call_type.severity,
        title="{{ event.data.text | default(event.data.call_type, true) }}",
        at="{{ event.subject }}",
        owner=call_type.owner,
        policy=call_type.policy,
        kpi=call_type.kpi,
        done_when=call_type.done_when,
    )
