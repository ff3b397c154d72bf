"""Who is told that something in the workspace changed."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.values import Json

ChangeKind = Literal["message", "thread", "ephemeral", "view", "home", "channels", "narration", "reaction"]


@dataclass(frozen=True, slots=True)
class Change:
    """`audience` is the one user who can see it, or None for everybody."""

    kind: ChangeKind
    channel: str | None = None
    thread_ts: str | None = None
    audience: str | None = None

    def as_json(self) -> Json:
        wire = {"kind": self.kind, "channel": self.channel, "thread_ts": self.thread_ts}
        return {name: value for name, value in wire.items() if value is not None}


class Changes:
    """Wakes threads that wait for a condition and calls whoever listens, in the thread of the change."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._listeners: list[Callable[[Change], None]] = []
        self.count = 0

    def listen(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Add a listener; the answer removes it again."""
        with self._condition:
            self._listeners.append(listener)

        def stop_listening() -> None:
            with self._condition:
                self._listeners.remove(listener)

        return stop_listening

    def tell(self, change: Change) -> None:
        with self._condition:
            self.count += 1
            listeners = tuple(self._listeners)
            self._condition.notify_all()
        for listener in listeners:
            listener(change)

    def wait(self, *, since: int, timeout: float) -> None:
        """Return once anything changed after the count `since`, or after `timeout` seconds."""
        with self._condition:
            self._condition.wait_for(lambda: self.count != since, timeout)
