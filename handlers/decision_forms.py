"""The forms about decisions: how they are filled in beforehand, and what they hold when they come back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from ulid import ULID

from bot.messages.cards import headline
from bot.messages.decisions import decision_line, logged, reviewed
from bot.messages.forms.deciding import (
    BY_WHEN,
    CHANGE,
    DECISION,
    KPI,
    OWNER,
    SAID,
    decision_form,
    review_form,
)
from bot.messages.forms.parts import View, notice
from bot.messages.forms.ticket import Ticket
from bot.services import boards, decision_log
from bot.services.decision_reviews import review
from bot.services.decisions import decide, require_say
from handlers.context import Caller
from handlers.submissions import FieldError, Typed
from rules.control_plan import Kpi
from rules.decisions import (
    AmountError,
    Decision,
    Draft,
    Outcome,
    PastDayError,
    check_amendable,
    check_reviewable,
    parse_amount,
)


def new_form(caller: Caller, typed: Typed, *, permalink: str = "") -> View:
    """Empty but for what is known already; its owner is whoever logs it until another is chosen."""
    owner = _slack_id(caller, caller.by)
    ticket = Ticket(str(ULID()), permalink=permalink)
    return decision_form(caller.plan.index.plan, ticket, typed={**owner, **typed})


def form_for_thread(caller: Caller, thread_id: int) -> View:
    """About an exception: its KPI and its owner are the first guess. Raises UnknownThreadError."""
    thread = boards.find(caller.database, thread_id)
    kpi = {KPI: thread.rule.kpi} if caller.plan.kpi(thread.rule.kpi) and thread.rule.kpi else {}
    typed = {**kpi, **_slack_id(caller, thread.owner or caller.by)}
    ticket = Ticket(str(ULID()), thread.id)
    return decision_form(caller.plan.index.plan, ticket, typed=typed, about=headline(thread))


def amendment_form(caller: Caller, decision_id: int) -> View:
    """What it says now, to be put differently. Raises DecisionError and PermissionDeniedError."""
    decision = decision_log.find(caller.database, decision_id)
    require_say(decision, caller.by, caller.plan, "amend")
    check_amendable(decision)
    ticket = Ticket(str(ULID()), decision_id=decision.id)
    line = decision_line(decision, caller.plan, caller.now)
    return decision_form(caller.plan.index.plan, ticket, typed=_said_before(caller, decision), about=line)


def not_moved_form(caller: Caller, decision_id: int) -> View:
    """What happened instead. Raises DecisionError and PermissionDeniedError."""
    decision = decision_log.find(caller.database, decision_id)
    require_say(decision, caller.by, caller.plan, "review")
    check_reviewable(decision)
    line = decision_line(decision, caller.plan, caller.now)
    return review_form(decision.name, line, Ticket(str(ULID()), decision_id=decision.id))


def log_decision(caller: Caller, ticket: Ticket, typed: Typed) -> View:
    """Log what the form holds; returns what it is called and what happens next."""
    draft = draft_in(caller, ticket, typed)
    try:
        decision = decide(
            caller.database, draft, by=caller.by, form=ticket.form, plan=caller.plan, now=caller.now
        )
    except PastDayError as error:
        raise FieldError(BY_WHEN, str(error)) from error
    title = f"{decision.name} is {'logged' if decision.counted else 'not counted'}"
    return notice(title, logged(decision, caller.plan).blocks)


def say_not_moved(caller: Caller, ticket: Ticket, typed: Typed) -> View:
    """Record what happened instead."""
    decision = review(
        caller.database,
        ticket.decision_id,
        by=caller.by,
        outcome=Outcome.NOT_MOVED,
        said=_words(typed, SAID),
        form=ticket.form,
        plan=caller.plan,
        now=caller.now,
    )
    return notice(decision.name, reviewed(decision, caller.plan).blocks)


def draft_in(caller: Caller, ticket: Ticket, typed: Typed) -> Draft:
    """The decision that a form holds; raises FieldError beside what cannot be used."""
    kpi = _kpi(caller, typed.get(KPI, "").strip())
    return Draft(
        text=_words(typed, DECISION),
        kpi=kpi.key if kpi else None,
        change=_change(typed.get(CHANGE, "").strip(), kpi),
        day=date.fromisoformat(typed[BY_WHEN]) if BY_WHEN in typed else None,
        owner=_owner(caller, typed.get(OWNER)),
        thread_id=ticket.thread_id or None,
        permalink=ticket.permalink,
        amends=ticket.decision_id or None,
    )


def _words(typed: Typed, field: str) -> str:
    text = typed.get(field, "").strip()
    if not text:
        raise FieldError(field, "Please fill this in; blanks alone tell nobody anything.")
    return text


def _kpi(caller: Caller, named: str) -> Kpi | None:
    if not named:
        return None
    for kpi in caller.plan.index.plan.kpis:
        if named.casefold() in (kpi.key.casefold(), kpi.name.casefold()):
            return kpi
    raise FieldError(KPI, "The control plan has no KPI of that name. Leave it empty to keep a conversation.")


def _change(text: str, kpi: Kpi | None) -> float | None:
    try:
        return parse_amount(text, kpi.direction if kpi else None) if text else None
    except AmountError as error:
        raise FieldError(CHANGE, str(error)) from error


def _owner(caller: Caller, slack_id: str | None) -> str | None:
    if not slack_id:
        return None
    person = caller.plan.person_in_slack(slack_id)
    if person is None:
        raise FieldError(OWNER, "The control plan does not know this person. Please choose another.")
    return person.key


def _said_before(caller: Caller, decision: Decision) -> Mapping[str, str]:
    zone = ZoneInfo(caller.plan.index.plan.site.timezone)
    day = decision.by_when.astimezone(zone).date().isoformat() if decision.by_when else ""
    change = "" if decision.change is None else f"{decision.change:+.10g}"
    known = {DECISION: decision.text, KPI: decision.kpi or "", CHANGE: change, BY_WHEN: day}
    return {**known, **_slack_id(caller, decision.owner)}


def _slack_id(caller: Caller, person: str | None) -> dict[str, str]:
    slack_id = caller.plan.slack_ids.get(person or "")
    return {OWNER: slack_id} if slack_id else {}
