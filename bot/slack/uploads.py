"""Pictures brought to Slack, which then may stand in a message."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from slack_sdk import WebClient

from bot.slack.failures import CALL_FAILURES, failure_of
from bot.slack.optional import OptionalFeature
from rules.delivery import FailureKind

LOOKS = 10
LOOK_AGAIN_SECONDS = 0.5
"""Slack finds out what a file is a moment after it has it; before that it refuses it in a message."""

log = structlog.get_logger(__name__)


class Uploads:
    """Files of this workspace; `feature` knows whether it takes any. Needs files:write and files:read."""

    def __init__(self, client: WebClient, *, now: Callable[[], datetime]) -> None:
        self._client = client
        self.feature = OptionalFeature("files", instead="charts are bars of text", now=now)

    def upload(self, picture: bytes, *, name: str, words: str) -> str | None:
        """The id of the file once a message may show it; None when there will be none, which is logged.

        `words` are its alternative text. Takes a second or two; never call it inside a transaction.
        """
        try:
            answer = self._client.files_upload_v2(filename=name, content=picture, title=name, alt_txt=words)
            file_id = str(answer["file"]["id"])
            is_ready = self._becomes_ready(file_id)
        except CALL_FAILURES as error:
            self._failed(error)
            return None
        if not is_ready:
            log.warning("slack.upload_not_ready", file=file_id, waited_seconds=LOOKS * LOOK_AGAIN_SECONDS)
            return None
        return file_id

    def _becomes_ready(self, file_id: str) -> bool:
        for look in range(LOOKS):
            if look:
                time.sleep(LOOK_AGAIN_SECONDS)  # between two looks at a file that announces nothing
            if self._client.files_info(file=file_id)["file"].get("mimetype"):
                return True
        return False

    def _failed(self, error: Exception) -> None:
        failure = failure_of(error)
        if failure.kind in (FailureKind.REFUSED, FailureKind.WORKSPACE):
            self.feature.refused(failure.code)
        else:
            log.info("slack.upload_failed", code=failure.code)
