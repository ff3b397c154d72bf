"""Raising: a person calls for help. A call is an event like any other, so nothing of it can be lost."""

from __future__ import annotations

from datetime import datetime

from bot.services.intake import take_call
from bot.services.judging import judge
from bot.services.people import require
from bot.services.plan_in_force import PlanInForce
from bot.store.database import Database
from rules.built_in_rules import CALL_EVENT_TYPE, CALL_SOURCE
from rules.control_plan import Action
from rules.events import Event
from rules.reception import Became


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
    return take_call(database, judge([event], plan), plan=plan, now=now)[0][0]
