"""What a button carries: which thread, and the revision its card showed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.exception_threads import ExceptionThread

_VALUE = re.compile(r"([1-9][0-9]{0,17}):([1-9][0-9]{0,8})")


class GarbledPressError(ValueError):
    """The button carries something this version does not write; its card is older or not ours."""


@dataclass(frozen=True, slots=True)
class Press:
    """The thread that was pressed on, as it was when the card was drawn."""

    thread_id: int
    revision: int

    @classmethod
    def on(cls, thread: ExceptionThread) -> Press:
        """A press on the thread as it is now."""
        return cls(thread.id, thread.revision)

    @classmethod
    def parse(cls, value: object) -> Press:
        """Read `12:3`; raises GarbledPressError for anything else."""
        found = _VALUE.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise GarbledPressError(
                "This button is not from a card that I know how to read; nothing was changed. "
                "Use `/andon list` to find the exception and press there."
            )
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.thread_id}:{self.revision}"
