"""A message with a chart is posted once: in bars where the chart is refused, and never after a doubt."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.messages.charts import NATIVE, chart
from bot.relay.posting import Posting
from bot.slack.optional import native_charts
from tests.cast import NOON, after
from tests.kpi_stories import kpi, reading


class Workspace(WebClient):
    """Refuses charts for a reason, or takes them when there is none."""

    def __init__(self, reason: str = "") -> None:
        super().__init__()
        self._reason = reason
        self.posted: list[str] = []

    def api_call(self, api_method: str, **options: Any) -> SlackResponse:
        (block,) = options["json"]["blocks"]
        self.posted.append(block["type"])
        refused = self._reason and block["type"] == NATIVE
        answer = SlackResponse(
            client=self,
            http_verb="POST",
            api_url="",
            req_args={},
            data={"ok": False, "error": self._reason} if refused else {"ok": True, "ts": "100.1"},
            headers={},
            status_code=200,
        )
        checked: SlackResponse = answer.validate()  # type: ignore[no-untyped-call]  # so in the SDK
        return checked


def post_a_chart(workspace: Workspace) -> None:
    drawn = chart(kpi(), [reading(70), reading(71, after(60))], UTC)
    assert drawn is not None
    posting = Posting(workspace, native_charts(now=lambda: NOON))
    posting.post([drawn], channel="C0FILLING", text="OEE line 2")


def test_a_workspace_that_draws_charts_gets_one() -> None:
    workspace = Workspace()
    post_a_chart(workspace)
    assert workspace.posted == [NATIVE]


def test_where_charts_are_refused_the_same_goes_out_in_bars_at_once() -> None:
    workspace = Workspace("invalid_blocks")
    post_a_chart(workspace)
    assert workspace.posted == [NATIVE, "section"]


def test_what_slack_may_have_taken_before_it_failed_is_not_posted_again() -> None:
    workspace = Workspace("internal_error")
    with pytest.raises(SlackApiError):
        post_a_chart(workspace)
    assert workspace.posted == [NATIVE]
