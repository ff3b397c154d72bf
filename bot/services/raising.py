"""Raising: a person calls for help. A call is an event like any other, so nothing of it can be lost."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.services.audit_notes import note
from bot.services.intake import record_events
from bot.services.judging import Judged, judge
from bot.services.people import require
from bot.services.plan_in_force import PlanInForce
from bot.store.database import Database, writes
from bot.store.writer_gate import Priority
from rules.audit_entries import Through, What
from rules.built_in_rules import CALL_EVENT_TYPE, CALL_SOURCE
from rules.control_plan import Action
from rules.events import Event
from rules.reception import Became, Fate


def raise_call(
    database: Database,
    *,
    call_type: str,
    where: str,
    text: str,
    by: str,
    form: str,
    plan: PlanInForce,
    now: datetime,
) -> Became:
    """Call for help at a place; `form` is the ULID that the form carried, so a double submit is one call.

    Raises PermissionDeniedError and DatabaseUnavailableError; then nothing was recorded.
    """
    require(plan, by, Action.RAISE)
    data = {"call_type": call_type, "text": text, "by": by}
    event = Event(form, CALL_SOURCE, CALL_EVENT_TYPE, where, now, data)
    return take_call(database, judge([event], plan)[0], by=by, plan=plan, now=now)


@writes(Priority.PRESS)
def take_call(tx: Connection, call: Judged, *, by: str, plan: PlanInForce, now: datetime) -> Became:
    """Record the event of a call. What was said stands in the event, and on the case's timeline."""
    became = record_events(tx, [call], plan=plan, now=now)[0][0]
    if became.fate is not Fate.DUPLICATE:
        about = f"EX-{became.thread_id}" if became.thread_id else f"call at {call.event.subject}"
        new = {
            "place": call.event.subject,
            "call": str(call.event.data["call_type"]),
            "became": became.fate.value,
        }
        note(tx, What.EXCEPTION_RAISED, about, by=by, through=Through.SLACK, now=now, new=new)
    return became
