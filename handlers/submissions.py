"""What each form asks the services to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypedDict

from bot.messages.blocks import Block
from bot.messages.card_actions import CANCEL, CONTAIN, ESCALATE, MERGE, REASSIGN, RESOLVE, SNOOZE
from bot.messages.forms.handing_on import REASON, TO
from bot.messages.forms.progress import ACTION, resolution_answers
from bot.messages.forms.raising import CALL_TYPE, TEXT, WHERE
from bot.messages.forms.setting_aside import FOR, INTO
from bot.messages.forms.ticket import Ticket
from bot.messages.text import printable
from bot.services import presses
from bot.services.plan_in_force import PlanInForce
from handlers.context import Caller
from rules.durations import DurationError, parse_duration

Typed = Mapping[str, str]

_LONGEST_SNOOZE = timedelta(days=366)
"""Far more than the form offers; a longer one is no choice of its list."""


class FieldError(ValueError):
    """One field holds something that cannot be used; shown beside it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Call(TypedDict):
    """A call for help, as typed."""

    call_type: str
    where: str
    text: str


class Press(TypedDict):
    """What every press hands over: who, having seen which revision, under which plan, when."""

    by: str
    seen: int | None
    plan: PlanInForce
    now: datetime


def typed_in(view: Block) -> dict[str, str]:
    """Everything that a form holds, by field; empty fields are left out."""
    values = (view.get("state") or {}).get("values") or {}
    elements: dict[str, Block] = {field: next(iter(inner.values()), {}) for field, inner in values.items()}
    return {field: text for field, element in elements.items() if (text := _entered(element))}


def call_in(typed: Typed) -> Call:
    """The call that a form holds; raises FieldError."""
    return Call(call_type=_said(typed, CALL_TYPE), where=_said(typed, WHERE), text=_said(typed, TEXT))


def contain(caller: Caller, ticket: Ticket, typed: Typed) -> None:
    """The damage is held."""
    presses.contain(caller.database, ticket.thread_id, action=_said(typed, ACTION), **_press(caller, ticket))


def resolve(caller: Caller, ticket: Ticket, typed: Typed) -> None:
    """It is done."""
    presses.resolve(
        caller.database, ticket.thread_id, answers=resolution_answers(typed), **_press(caller, ticket)
    )


def reassign(caller: Caller, ticket: Ticket, typed: Typed) -> None:
    """Somebody else has it; they must be in the plan, or no clock could ever reach them."""
    person = caller.plan.person_in_slack(_said(typed, TO))
    if person is None:
        raise FieldError(TO, "The control plan does not know this person. Please choose another.")
    presses.reassign(caller.database, ticket.thread_id, to=person.key, **_press(caller, ticket))


def snooze(caller: Caller, ticket: Ticket, typed: Typed) -> None:
    """Not now."""
    until = caller.now + _span(_said(typed, FOR))
    reason = _said(typed, REASON)
    presses.snooze(caller.database, ticket.thread_id, until=until, reason=reason, **_press(caller, ticket))


def escalate(caller: Caller, ticket: Ticket, typed: Typed) -> None:
    """The next tier, now."""
    reason = typed.get(REASON, "").strip()
    presses.escalate_now(caller.database, ticket.thread_id, reason=reason, **_press(caller, ticket))


def merge(caller: Caller, ticket: Ticket, typed: Typed) -> None:
    """Part of another case."""
    into = _said(typed, INTO)
    if not (into.isascii() and into.isdecimal() and len(into) < 19):
        raise FieldError(INTO, "Please choose one of the list.")
    presses.merge(caller.database, ticket.thread_id, into=int(into), **_press(caller, ticket))


def cancel(caller: Caller, ticket: Ticket, typed: Typed) -> None:
    """Not a case after all."""
    reason = _said(typed, REASON)
    presses.cancel(caller.database, ticket.thread_id, reason=reason, **_press(caller, ticket))


SUBMISSIONS: Mapping[str, Callable[[Caller, Ticket, Typed], None]] = {
    CONTAIN: contain,
    RESOLVE: resolve,
    REASSIGN: reassign,
    SNOOZE: snooze,
    ESCALATE: escalate,
    MERGE: merge,
    CANCEL: cancel,
}
"""By callback_id: the other end of bot.messages.forms.FORMS."""


def _press(caller: Caller, ticket: Ticket) -> Press:
    return Press(by=caller.by, seen=ticket.revision, plan=caller.plan, now=caller.now)


def _span(text: str) -> timedelta:
    try:
        span = parse_duration(text)
    except DurationError as error:
        raise FieldError(FOR, "Please choose one of the list.") from error
    return min(span, _LONGEST_SNOOZE)


def _said(typed: Typed, field: str) -> str:
    text = typed.get(field, "").strip()
    if not text:
        raise FieldError(field, "Please fill this in; blanks alone tell nobody anything.")
    return text


def _entered(element: Block) -> str:
    option = element.get("selected_option") or {}
    said = (element.get(each) for each in ("value", "selected_user", "selected_date"))
    return printable(str(next(filter(None, said), None) or option.get("value") or ""))
