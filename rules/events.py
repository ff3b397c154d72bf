"""What happened in the plant, in the words of CloudEvents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `(source, id)` names it once and for all.

    `time` is when it happened, in aware UTC: not when it was received. `data` is plain JSON.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    data: Mapping[str, Any]

    @property
    def correlation(self) -> str:
        """The event's name as one word: by it the log is searched for all that the event led to."""
        return f"{self.source}/{self.id}"
