"""The workspace we are in: asked once Slack answers, remembered afterwards."""

from __future__ import annotations

import structlog
from slack_sdk import WebClient

from bot.slack.failures import CALL_FAILURES, failure_of
from bot.telemetry import SaidOnce
from rules.delivery import Failure

log = structlog.get_logger(__name__)


class Workspace:
    """`url` is where links begin, empty until Slack has answered; `trouble` is why it does not.

    `bot_user` is the bot's own Slack id, None until then.
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._said = SaidOnce()
        self.url = ""
        self.bot_user: str | None = None
        self.trouble: Failure | None = None

    def greet(self) -> None:
        """Ask who we are, unless that is known already."""
        if self.url:
            return
        try:
            answer = self._client.auth_test()
        except CALL_FAILURES as error:
            self._not_reached(failure_of(error))
        else:
            self.url, self.trouble = str(answer["url"]), None
            self.bot_user = answer.get("user_id")
            log.info("slack.reached", team=answer.get("team"), user=answer.get("user"))

    def _not_reached(self, failure: Failure) -> None:
        self.trouble = failure
        if self._said.first_time(failure.code):
            log.error("slack.not_reached", code=failure.code, advice=failure.advice)
