"""Posting a message: once, with its charts where the workspace draws them and in bars where it does not."""

from __future__ import annotations

from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.messages.blocks import Block
from bot.messages.charts import blocks_in_bars, has_charts
from bot.slack.failures import failure_of, is_about_blocks
from bot.slack.optional import OptionalFeature


class Posting:
    """chat.postMessage. A refused post is no post, so that it may be sent again without what was refused."""

    def __init__(self, client: WebClient, native_charts: OptionalFeature) -> None:
        self._client = client
        self._charts = native_charts

    def post(self, blocks: list[Block], **about: Any) -> SlackResponse:
        """Raises what the client raises, but not for a chart that the workspace does not take."""
        if not has_charts(blocks):
            return self._client.chat_postMessage(blocks=blocks, **about)
        if self._charts.is_worth_trying():
            try:
                answer = self._client.chat_postMessage(blocks=blocks, **about)
            except SlackApiError as error:
                self._remember(error)
            else:
                self._charts.works()
                return answer
        return self._client.chat_postMessage(blocks=blocks_in_bars(blocks), **about)

    def _remember(self, error: SlackApiError) -> None:
        """Before the second post: should that one have to wait for its turn, it will not try charts again."""
        code = failure_of(error).code
        if not is_about_blocks(code):
            raise error
        self._charts.refused(code)
