"""History: what Slack shows in the channel or thread where a parcel may have landed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient

from bot.services.delivery import Parcel
from rules.delivery import Purpose

CLOCKS_DIFFER_BY = timedelta(minutes=10)
"""Slack's clock and ours may differ; the mark is unique, so looking further back costs only reading."""

MAX_PAGES = 20


class History:
    """Reads page by page. Raises what the client raises."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def since(self, parcel: Parcel, channel_id: str) -> Iterator[dict[str, Any]]:
        """Messages of the channel or thread since the row was written."""
        oldest = str((parcel.row.created_at - CLOCKS_DIFFER_BY).timestamp())
        cursor = ""
        for _ in range(MAX_PAGES):
            page = self._page(parcel, channel_id, oldest, cursor)
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _page(self, parcel: Parcel, channel_id: str, oldest: str, cursor: str) -> Any:
        parent = parcel.placement.ts if parcel.placement else None
        if parcel.row.purpose is Purpose.NOTE and parent:
            return self._client.conversations_replies(
                channel=channel_id,
                ts=parent,
                oldest=oldest,
                limit=200,
                cursor=cursor,
                include_all_metadata=True,
            )
        return self._client.conversations_history(
            channel=channel_id, oldest=oldest, limit=200, cursor=cursor, include_all_metadata=True
        )
