"""Deciding: an entry is appended to the log. One function, one use case, one transaction.

Both raise DecisionError, PermissionDeniedError and DatabaseUnavailableError; then nothing was committed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.messages.decisions import expected, lacking, made_owner
from bot.services.audit_notes import note
from bot.services.home_rows import redraw
from bot.services.outbox_rows import direct_row
from bot.services.people import PermissionDeniedError, require
from bot.services.plan_in_force import PlanInForce
from bot.services.presses import UnknownThreadError
from bot.services.recording import record
from bot.store import decisions, exception_threads, outbox, readings, wakeups
from bot.store.database import writes
from bot.store.wakeups import Subject
from bot.store.writer_gate import Priority
from rules.audit_entries import Someone, Through, Value, What
from rules.control_plan import Action
from rules.decisions import (
    Decision,
    DecisionError,
    Draft,
    PastDayError,
    ReviewTime,
    check_amendable,
)
from rules.exception_threads import Change, Fact, FactKind


class UnknownDecisionError(DecisionError):
    """No decision has that number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no D-{number}. `/andon decisions` shows those that there are.")


@writes(Priority.PRESS)
def decide(tx: Connection, draft: Draft, *, by: str, form: str, plan: PlanInForce, now: datetime) -> Decision:
    """Append a decision, or a conversation when something is missing; `form` makes sending it twice harmless.

    An amendment keeps the thread and the message of the entry that it takes the place of.
    """
    require(plan, by, Action.DECIDE)
    former = held_by(tx, draft.amends, by, plan, "amend") if draft.amends else None
    sent_before = decisions.by_form(tx, form)
    if sent_before is not None:
        return sent_before
    if former is not None:
        check_amendable(former)
        wakeups.set_due(tx, Subject.DECISION, {former.id: None})
    entry = decisions.add(tx, _entry(tx, draft, former, by, plan, now), form=form)
    if entry is None:
        return _stored(decisions.by_form(tx, form))
    _tell(tx, entry, plan, now)
    redraw(tx, (entry.owner, former.owner if former else None), now)
    what = What.DECISION_AMENDED if former else What.DECISION_LOGGED
    old = _governed(former) | {"entry": former.name} if former else None
    note(
        tx,
        what,
        entry.name,
        by=by,
        through=Through.SLACK,
        now=now,
        why=entry.text,
        old=old,
        new=_governed(entry),
    )
    return entry


def held_by(tx: Connection, decision_id: int, by: str, plan: PlanInForce, what: str) -> Decision:
    """Lock an entry that this person may `what`: only its owner and whoever decided it may."""
    found = decisions.held(tx, decision_id)
    if found is None:
        raise UnknownDecisionError(decision_id)
    require_say(found, by, plan, what)
    return found


def require_say(decision: Decision, by: str, plan: PlanInForce, what: str) -> None:
    """Refuse whoever neither owns nor decided it; raises PermissionDeniedError."""
    if not decision.answers_to(by):
        people = dict.fromkeys(key for key in (decision.owner, decision.decided_by) if key)
        who = " or ".join(_name(plan, key) for key in people)
        raise PermissionDeniedError(f"Only {who} may {what} {decision.name}; nothing was changed.")


def tell_thread(tx: Connection, decision: Decision, fact: Fact, plan: PlanInForce, now: datetime) -> None:
    """Put it into the timeline and the Slack thread of the exception that it was logged from."""
    if decision.thread_id is not None:
        thread = exception_threads.held(tx, (decision.thread_id,)).get(decision.thread_id)
        if thread is None:
            raise UnknownThreadError(decision.thread_id)
        record(tx, [(thread, Change(thread, (fact,)))], plan=plan, now=now)


def read_now(tx: Connection, kpi: str | None) -> float | None:
    """What the KPI reads at this moment; None when nobody ever read it."""
    latest = readings.latest(tx, kpi).get(kpi) if kpi else None
    return latest.value if latest else None


def _entry(
    tx: Connection, draft: Draft, former: Decision | None, by: str, plan: PlanInForce, now: datetime
) -> Decision:
    if draft.kpi is not None and plan.kpi(draft.kpi) is None:
        raise DecisionError(f"The control plan has no KPI called {draft.kpi}; nothing was saved.")
    if draft.owner is not None and plan.index.person(draft.owner) is None:
        raise DecisionError(f"{draft.owner} is not in the control plan; nothing was saved.")
    return Decision(
        id=0,
        text=draft.text,
        kpi=draft.kpi,
        change=draft.change,
        by_when=_review_at(draft, plan, now),
        owner=draft.owner,
        decided_by=by,
        decided_at=now,
        baseline=read_now(tx, draft.kpi),
        thread_id=former.thread_id if former else draft.thread_id,
        permalink=former.permalink if former else draft.permalink,
        amends=former.id if former else None,
    )


def _review_at(draft: Draft, plan: PlanInForce, now: datetime) -> datetime | None:
    if draft.day is None:
        return None
    site = plan.index.plan.site
    moment = ReviewTime.of(site).on(draft.day)
    if moment <= now:
        raise PastDayError(
            f"Its review would be at {site.review_at} of that day, which is over. Please choose a later day."
        )
    return moment


def _tell(tx: Connection, entry: Decision, plan: PlanInForce, now: datetime) -> None:
    if entry.thread_id is not None:
        tell_thread(tx, entry, _decided(entry, plan, now), plan, now)
    elif entry.counted and entry.owner != entry.decided_by:
        outbox.add(tx, [direct_row(f"@{entry.owner}", made_owner(entry, plan), now)])


def _decided(entry: Decision, plan: PlanInForce, now: datetime) -> Fact:
    detail = {
        "decision": entry.name,
        "text": entry.text,
        "expects": expected(entry, plan),
        "by_when": entry.by_when.isoformat() if entry.by_when else None,
        "owner": entry.owner,
        "missing": lacking(entry),
        "amends": f"D-{entry.amends}" if entry.amends else None,
    }
    told = (f"@{entry.owner}",) if entry.counted and entry.owner != entry.decided_by else ()
    return Fact(FactKind.DECIDED, now, entry.decided_by, detail, notify=told)


def _governed(entry: Decision) -> dict[str, Value | Someone]:
    return {
        "kpi": entry.kpi,
        "change": entry.change,
        "by_when": entry.by_when.isoformat() if entry.by_when else None,
        "owner": Someone(entry.owner) if entry.owner else None,
        "exception": f"EX-{entry.thread_id}" if entry.thread_id else None,
    }


def _name(plan: PlanInForce, key: str) -> str:
    person = plan.index.person(key)
    return person.name if person else key


def _stored(decision: Decision | None) -> Decision:
    assert decision is not None, "the form's ULID was taken, so its entry is there"
    return decision
