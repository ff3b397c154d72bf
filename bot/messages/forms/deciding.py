"""Log decision, Amend… and Not moved…: what was decided, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.messages.blocks import Block, context, option, section
from bot.messages.forms.parts import (
    MAX_OPTIONS,
    View,
    choice_field,
    day_field,
    modal,
    person_field,
    text_field,
)
from bot.messages.forms.ticket import Ticket
from rules.control_plan import ControlPlan

LOG = "log_decision"
REVIEW = "review_decision"

DECISION = "decision"
KPI = "kpi"
CHANGE = "change"
BY_WHEN = "by_when"
OWNER = "owner"
SAID = "said"

_WHY = (
    "With a KPI, a change, a day and an owner it is a decision: counted, and reviewed on that day. "
    "Without one of them it is kept as a conversation."
)


def decision_form(plan: ControlPlan, ticket: Ticket, *, typed: Mapping[str, str], about: str = "") -> View:
    """A new entry, or one in the place of another. `about` (mrkdwn) says where it was opened from."""
    amends = ticket.decision_id
    fields = [
        text_field(DECISION, "What was decided?", typed=typed),
        context(_WHY),
        *_kpi(plan, typed),
        text_field(
            CHANGE,
            "Expected change",
            typed=typed,
            hint="In the KPI's unit, such as 2 or -1.5. Without a sign it means that much better.",
            lines=False,
            optional=True,
        ),
        day_field(
            BY_WHEN,
            "By when?",
            typed=typed,
            hint=f"Reviewed that day at {plan.site.review_at}.",
            optional=True,
        ),
        person_field(OWNER, "Who makes it happen?", typed=typed, optional=True),
    ]
    return modal(
        f"Amend D-{amends}" if amends else "Log decision",
        LOG,
        submit="Log",
        blocks=[*([context(about)] if about else []), *fields],
        ticket=ticket,
    )


def review_form(name: str, line: str, ticket: Ticket) -> View:
    """It did not move: what happened. `line` (mrkdwn) sums the decision up."""
    hint = "It stays on the list of what did not move until it is amended."
    field = text_field(SAID, "What happened instead?", typed={}, hint=hint)
    return modal(
        f"{name} did not move", REVIEW, submit="Say so", blocks=[section(line), field], ticket=ticket
    )


def _kpi(plan: ControlPlan, typed: Mapping[str, str]) -> list[Block]:
    if len(plan.kpis) > MAX_OPTIONS:
        hint = "Its key or name in the control plan."
        return [text_field(KPI, "Which KPI?", typed=typed, hint=hint, lines=False, optional=True)]
    options = [option(f"{kpi.name} ({kpi.unit})", kpi.key) for kpi in plan.kpis]
    return [choice_field(KPI, "Which KPI?", options, typed=typed, optional=True)] if options else []
