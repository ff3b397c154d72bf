"""Reviews: on the day its owner is asked what became of a decision, and the answer is appended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.messages.blocks import Message
from bot.messages.decisions import overdue, question, reviewed
from bot.services.audit_notes import note
from bot.services.decisions import held_by, read_now, tell_thread
from bot.services.home_rows import redraw
from bot.services.outbox_rows import direct_row
from bot.services.people import require
from bot.services.plan_in_force import PlanInForce
from bot.services.waking import Woken
from bot.store import decisions, outbox, wakeups
from bot.store.database import writes
from bot.store.wakeups import Subject
from bot.store.writer_gate import Priority
from rules.audit_entries import Through, What
from rules.control_plan import Action
from rules.decisions import Decision, Outcome, Reminder, Review, ReviewTime, check_reviewable, ring
from rules.exception_threads import Fact, FactKind


@writes(Priority.PRESS)
def review(
    tx: Connection,
    decision_id: int,
    *,
    by: str,
    outcome: Outcome,
    said: str,
    form: str,
    plan: PlanInForce,
    now: datetime,
) -> Decision:
    """Somebody says whether it moved; nobody is asked any more.

    Raises DecisionError (AlreadyReviewedError for the second of two), PermissionDeniedError and
    DatabaseUnavailableError; then nothing was committed.
    """
    require(plan, by, Action.DECIDE)
    decision = held_by(tx, decision_id, by, plan, "review")
    check_reviewable(decision)
    answer = Review(outcome, said, read_now(tx, decision.kpi), by, now)
    decisions.add_review(tx, decision.id, answer, form=form)
    done = replace(decision, review=answer)
    detail = {"decision": done.name, "outcome": outcome.value, "said": said}
    tell_thread(tx, done, Fact(FactKind.REVIEWED, now, by, detail), plan, now)
    others = dict.fromkeys(key for key in (done.decided_by, done.owner) if key and key != by)
    outbox.add(
        tx, [direct_row(f"@{key}", reviewed(done, plan), now) for key in others if plan.index.person(key)]
    )
    redraw(tx, (done.owner,), now)
    new = {"outcome": outcome.value, "value": answer.value}
    note(tx, What.DECISION_REVIEWED, done.name, by=by, through=Through.SLACK, now=now, why=said, new=new)
    return done


@writes(Priority.CLOCK)
def ask_owners(
    tx: Connection, *, plan: PlanInForce, now: datetime, limit: int, only: tuple[int, ...] | None = None
) -> Woken:
    """Ask the owners of up to `limit` decisions whose day has come, or tell others that nobody answered."""
    due = wakeups.claim_due(tx, Subject.DECISION, now, limit, only)
    review_time = ReviewTime.of(plan.index.plan.site)
    found = decisions.read(tx, due)
    reminders = {number: ring(decision, now, review_time) for number, decision in found.items()}
    rung = [each for each in reminders.values() if each is not None]
    decisions.count_questions(tx, [each.decision for each in rung])
    outbox.add(tx, [direct_row(*_addressed(tx, each, plan), now) for each in rung])
    wakeups.set_due(
        tx, Subject.DECISION, {number: each.next_due if each else None for number, each in reminders.items()}
    )
    redraw(tx, (each.decision.owner for each in rung), now)
    return Woken(tuple(due), more=len(due) == limit)


def _addressed(tx: Connection, reminder: Reminder, plan: PlanInForce) -> tuple[str, Message]:
    decision = reminder.decision
    if reminder.escalates:
        return plan.index.plan.catch_all.channel, overdue(decision, plan, late=reminder.late)
    message = question(decision, plan, read_now(tx, decision.kpi), late=reminder.late)
    if decision.owner is None or plan.index.person(decision.owner) is None:
        # Whoever left the plant is asked where somebody else can take it on.
        return plan.index.plan.catch_all.channel, message
    return f"@{decision.owner}", message
