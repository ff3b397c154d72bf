"""What arrived: events ready to be taken in, and those that are refused, in the order they came."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from handlers.intake.bodies import too_large
from handlers.intake.fields import FieldsError
from handlers.intake.limits import AHEAD, Allowance
from handlers.intake.problems import FieldError, ProblemError
from rules.events import Event

TAKEN_AS_NOW = "its time is more than 5 minutes ahead of ours: taken as now"
NO_ID = "it has no id, so one was made from its content: the same again is a duplicate"
NO_ID_NO_TIME = (
    "it has no id and no time, so an id was made from its content and the minute: the same again within "
    "this minute is a duplicate; send an id to be sure"
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The circumstances of a request: when it came (aware UTC), and the name that its token belongs to."""

    now: datetime
    sender: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """An event that can be taken in. `notes` is what its sender should know about how it was read."""

    event: Event
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that breaks rules, with as much of its name as could be read.

    `forbidden`: nothing is wrong with it but who sent it.
    """

    errors: tuple[FieldError, ...]
    id: str | None = None
    source: str | None = None
    forbidden: bool = False


Arrival = Accepted | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """An event's checked attributes, before what is missing is filled in."""

    type: str
    data: Mapping[str, Any]
    id: str | None = None
    source: str | None = None
    subject: str | None = None
    time: datetime | None = None

    def arrived(self, receipt: Receipt, *notes: str) -> Accepted:
        """The event, and what was assumed about it."""
        source = self.source or receipt.sender
        time = self.time or receipt.now
        ahead = time - receipt.now > AHEAD
        said = (*self._words_on_id(), *((TAKEN_AS_NOW,) if ahead else ()), *notes)
        event = Event(
            id=self.id or self._content_id(source, receipt.now),
            source=source,
            type=self.type,
            subject=self.subject or "",
            time=receipt.now if ahead else time,
            data=self.data,
        )
        return Accepted(event, said)

    def _words_on_id(self) -> tuple[str, ...]:
        if self.id:
            return ()
        return (NO_ID,) if self.time else (NO_ID_NO_TIME,)

    def _content_id(self, source: str, now: datetime) -> str:
        """A retry comes out the same. Without a time only within the minute, or a machine that stops twice
        in the same words would be heard once."""
        when = self.time.isoformat() if self.time else now.strftime("%Y-%m-%dT%H:%MZ")
        content = json.dumps([source, self.type, self.subject, when, self.data], sort_keys=True)
        return f"content-{sha256(content.encode()).hexdigest()[:32]}"


def each(
    documents: Sequence[Any], read: Callable[[Any, int], Accepted], *, allowance: Allowance
) -> list[Arrival]:
    """Read one by one, so that a bad one never loses the others; raises ProblemError (413) for too many."""
    if len(documents) > allowance.events:
        raise ProblemError(too_large(f"{len(documents):,} events", allowance))
    return [_accepted_or_refused(document, index, read) for index, document in enumerate(documents)]


def _accepted_or_refused(document: Any, index: int, read: Callable[[Any, int], Accepted]) -> Arrival:
    try:
        return read(document, index)
    except FieldsError as error:
        return Refused(error.errors, _name(document, "id"), _name(document, "source"))


def _name(document: Any, key: str) -> str | None:
    value = document.get(key) if isinstance(document, dict) else None
    return value if isinstance(value, str) else None
