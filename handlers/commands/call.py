"""One slash command as it was typed."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk import WebClient

from bot.messages.blocks import Message
from bot.messages.forms.parts import View
from bot.services.plan_in_force import PlanInForce
from handlers.context import Body, Caller, Desk, arrive, slack_user


@dataclass(frozen=True, slots=True)
class Call:
    """Who typed it is found out only by the commands that need to know."""

    desk: Desk
    client: WebClient
    body: Body

    @property
    def plan(self) -> PlanInForce:
        """The plan in force."""
        return self.desk.plan()

    @property
    def slack_user(self) -> str:
        """The Slack id of whoever typed it."""
        return slack_user(self.body)

    def caller(self) -> Caller:
        """The person of the plan who typed it; raises UnknownPersonError."""
        return arrive(self.desk, self.body)

    def asked(self, view: View) -> Message | None:
        """Ask for the rest in a dialog, which is all the answer there is; raises SlackApiError."""
        self.client.views_open(trigger_id=str(self.body.get("trigger_id")), view=view)
        return None
