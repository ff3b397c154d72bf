"""Who presses, and whether they may."""

from __future__ import annotations

from bot.services.plan_in_force import PlanInForce
from rules.control_plan import Action, Person


class UnknownPersonError(Exception):
    """Somebody in Slack whom the control plan does not know."""


class PermissionDeniedError(Exception):
    """The plan reserves this for other roles."""


def identify(plan: PlanInForce, slack_user_id: str) -> Person:
    """The person behind a Slack account; raises UnknownPersonError with what to do about it."""
    person = plan.person_in_slack(slack_user_id)
    if person is None:
        raise UnknownPersonError(
            f"Andon does not know you yet, so nothing was changed. Ask whoever keeps the control plan to "
            f"add you under `people:` with `slack: {slack_user_id}`."
        )
    return person


def require(plan: PlanInForce, person_key: str, action: Action) -> None:
    """Refuse an action that the plan reserves for roles this person does not hold.

    A plan that says nothing about an action leaves it to everybody it knows.
    """
    roles = plan.index.plan.permissions.get(action)
    person = plan.index.person(person_key)
    if person is None:
        raise PermissionDeniedError(f"{person_key} is not in the control plan; nothing was changed.")
    if roles is not None and not set(roles) & set(person.roles):
        allowed = ", ".join(roles)
        raise PermissionDeniedError(
            f"Only {allowed} may {action} here; nothing was changed. Ask one of them to do it."
        )
