"""Opening an exception thread: from a rule's word and the plan to a new case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rules.built_in_rules import CALL_SOURCE
from rules.control_plan import EscalationPolicy, Rule, Severity
from rules.events import Event
from rules.exception_threads import Change, ExceptionThread
from rules.matching import Match
from rules.occurrences import opened
from rules.plan_index import PlanIndex
from rules.signals import HELD_BACK


def draft_of(match: Match, event: Event) -> dict[str, Any]:
    """What a signal remembers to open an exception with once it ripens; of a call, who calls and how."""
    draft = {
        "title": match.title,
        "at": match.at,
        "severity": match.severity.value,
        "source": event.source,
        "correlation": event.correlation,
    }
    if event.source != CALL_SOURCE:
        return draft
    return draft | {"by": event.data.get("by"), "text": event.data.get("text")}


def open_thread(
    rule: Rule,
    *,
    fingerprint: str,
    draft: Mapping[str, Any],
    index: PlanIndex,
    plan_version: int,
    event_at: datetime,
    now: datetime,
) -> Change:
    """A new thread with its rule and policy snapshotted, placed and owned as the plan says now.

    Equipment that the plan does not know goes to the catch-all: visible, owned, never lost.
    """
    place = index.place(str(draft["at"]))
    owner = index.owner_for(rule.owner, place.area)
    thread = ExceptionThread(
        id=0,
        rule=rule,
        policy=_policy(rule, index),
        plan_version=plan_version,
        fingerprint=fingerprint,
        title=str(draft["title"]) or rule.key,
        severity=Severity(draft["severity"]),
        area=place.area,
        equipment=place.equipment,
        place=place.name,
        channel=place.channel,
        owner=owner.key if owner else None,
        opened_at=now,
        state_since=now,
        last_event_at=event_at,
        shadow=rule.shadow or index.plan.shadow,
        correlation=str(draft.get("correlation", "")),
    )
    return opened(thread, now, by=draft.get("by"), text=draft.get("text"), held_back=draft.get(HELD_BACK))


def _policy(rule: Rule, index: PlanIndex) -> EscalationPolicy:
    policy = index.policy(rule.policy) or index.policy(index.plan.catch_all.policy)
    if policy is None:
        raise LookupError(f"neither {rule.policy!r} nor the catch-all's policy is in the plan")
    return policy
