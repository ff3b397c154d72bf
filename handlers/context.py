"""What every listener works with: the desk, and who stands before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt import BoltContext

from bot.clock import Clock
from bot.services.people import identify
from bot.services.plan_in_force import PlanInForce
from bot.slack.optional import OptionalFeature
from bot.slack.uploads import Uploads
from bot.store.database import Database
from rules.control_plan import Person

Body = Mapping[str, Any]
"""A payload of Slack."""

DESK = "desk"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the process lends its listeners.

    `plan` gives the plan in force now. `workspace_url` gives what auth.test calls `url`, once known;
    links to cards begin with it. `native_charts` knows whether Slack draws charts itself.
    """

    database: Database
    plan: Callable[[], PlanInForce]
    clock: Clock
    workspace_url: Callable[[], str]
    native_charts: OptionalFeature
    uploads: Uploads


@dataclass(frozen=True, slots=True)
class Caller:
    """A person of the plan who presses, types or sends a form, at one moment and under one plan."""

    desk: Desk
    plan: PlanInForce
    person: Person
    now: datetime

    @property
    def database(self) -> Database:
        """Where it is recorded."""
        return self.desk.database

    @property
    def by(self) -> str:
        """The person's key."""
        return self.person.key


def desk_of(context: BoltContext) -> Desk:
    """The desk that the middleware put there."""
    desk = context[DESK]
    assert isinstance(desk, Desk)
    return desk


def arrive(desk: Desk, body: Body) -> Caller:
    """Who it is; raises UnknownPersonError, which says who can help."""
    plan = desk.plan()
    return Caller(desk, plan, identify(plan, slack_user(body)), desk.clock.now())


def slack_user(body: Body) -> str:
    """The Slack id of whoever did it: slash commands spell it differently."""
    user = body.get("user")
    return str(user["id"]) if isinstance(user, Mapping) else str(body.get("user_id") or user or "")
