"""Plain JSON: the words of CloudEvents for somebody who has only curl at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Required

from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from handlers.intake import cloudevents
from handlers.intake.arrivals import Accepted, Arrival, Attributes, Receipt, each
from handlers.intake.event_data import as_data
from handlers.intake.fields import Moment, Name, Source, Subject, checked
from handlers.intake.limits import EVENTS


@with_config(ConfigDict(extra="forbid"))
class PlainEvent(TypedDict, total=False):
    """All but the type may be left out. A field we do not know is refused: dropping it would be a loss."""

    id: Name | None
    source: Source | None
    type: Required[Name]
    subject: Subject | None
    time: Moment | None
    data: Any


_EVENT = TypeAdapter(PlainEvent)


def read(document: Any, receipt: Receipt) -> list[Arrival]:
    """One event or a list of them; raises ProblemError (413)."""
    if not isinstance(document, list):
        return each([document], lambda one, _: _read_one(one, (), receipt), allowance=EVENTS)
    return each(document, lambda one, index: _read_one(one, (index,), receipt), allowance=EVENTS)


def _read_one(document: Any, at: Sequence[int], receipt: Receipt) -> Accepted:
    if isinstance(document, dict) and "specversion" in document:
        return cloudevents.read_one(document, at, receipt)
    event = checked(_EVENT, document, at)
    data = as_data(event.get("data"), (*at, "data"))
    attributes = Attributes(
        type=event["type"],
        data=data,
        id=event.get("id"),
        source=event.get("source"),
        subject=event.get("subject"),
        time=event.get("time"),
    )
    return attributes.arrived(receipt)
