"""Events that only Andon itself may send: what came from outside must not pass for them."""

from __future__ import annotations

from rules.built_in_rules import AUDIT_EVENT_TYPE, CALL_EVENT_TYPE
from rules.kpi_events import KPI_EVENT_TYPES


def type_trouble(event_type: str) -> str | None:
    """The rule that an event's type breaks, if only Andon itself may send such events."""
    if event_type in KPI_EVENT_TYPES:
        return "is Andon's own; send values of KPIs to /v1/readings"
    if event_type in (CALL_EVENT_TYPE, AUDIT_EVENT_TYPE):
        return "is Andon's own; give the event another type and the plan a rule for it"
    return None
