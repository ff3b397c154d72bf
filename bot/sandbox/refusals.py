"""How a Web API method says no."""

from typing import Any


class SlackRefusal(Exception):  # noqa: N818 - Slack's word: the answer is `ok: false`, not a failure of ours
    """Carries Slack's error code and whatever stands beside it in the answer."""

    def __init__(self, error: str, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.extra = extra


def invalid_arguments(*messages: str) -> SlackRefusal:
    """`messages` are written as Slack writes them, for example `missing required field: channel`."""
    return SlackRefusal(
        "invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}" for message in messages]}
    )
