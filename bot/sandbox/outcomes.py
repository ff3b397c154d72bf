"""What became of a person's act."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.values import Json, Message


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the app took the act. `error` is Slack's word for why not."""

    error: str | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


@dataclass(frozen=True, slots=True)
class Response:
    """What a slash command answered so far; reading it again later shows what came since.

    `look` lists the person's ephemeral messages in the channel; those after the ts `since` are answers.
    """

    look: Callable[[], list[Message]]
    since: str
    error: str | None = None

    @property
    def ok(self) -> bool:
        return self.error is None

    @property
    def ephemerals(self) -> list[Message]:
        return [message for message in self.look() if message.ts > self.since]

    @property
    def text(self) -> str:
        """The text of the latest answer, or Slack's complaint that there was none."""
        latest = self.ephemerals[-1:]
        return latest[0].text if latest else self.error or ""

    @property
    def blocks(self) -> list[Json]:
        latest = self.ephemerals[-1:]
        return latest[0].blocks if latest else []
