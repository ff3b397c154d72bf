"""CloudEvents 1.0 over HTTP: structured (one, or a batch) and binary, where the attributes are headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required
from urllib.parse import unquote

from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from handlers.intake.arrivals import Accepted, Arrival, Attributes, Receipt, each
from handlers.intake.event_data import as_data
from handlers.intake.fields import FieldsError, Moment, Name, Source, Subject, checked
from handlers.intake.limits import EVENTS
from handlers.intake.problems import FieldError, Problem, ProblemError, shown

HEADER_PREFIX = "ce-"
_NOT_EXTENSIONS = {"datacontenttype", "dataschema", "data", "data_base64"}


@with_config(ConfigDict(extra="allow"))
class CloudEvent(TypedDict, total=False):
    """The context attributes; more than these are extensions, which CloudEvents allows."""

    specversion: Required[Literal["1.0"]]
    id: Required[Name]
    source: Required[Source]
    type: Required[Name]
    subject: Subject | None
    time: Moment | None


_EVENT = TypeAdapter(CloudEvent)


def read_single(document: Any, receipt: Receipt) -> list[Arrival]:
    """Structured mode, one event."""
    return each([document], lambda one, _: read_one(one, (), receipt), allowance=EVENTS)


def read_batch(document: Any, receipt: Receipt) -> list[Arrival]:
    """Structured mode, a list of events; raises ProblemError (413; 422 when it is no list)."""
    if not isinstance(document, list):
        error = FieldError("(body)", shown(document), "must be a list of events")
        detail = "A CloudEvents batch is a JSON list. Nothing was taken. Send [ … ], or one event as "
        detail += "application/cloudevents+json."
        raise ProblemError(Problem("invalid-event", 422, "Not a batch", detail, (error,)))
    return each(document, lambda one, index: read_one(one, (index,), receipt), allowance=EVENTS)


def read_one(document: Any, at: Sequence[str | int], receipt: Receipt) -> Accepted:
    """One event in structured mode; raises FieldsError."""
    event = checked(_EVENT, document, at)
    return _arrived(event, _structured_data(document, at), receipt)


def read_binary(headers: Mapping[str, str], data: Any, receipt: Receipt) -> list[Arrival]:
    """Binary mode: `ce-` headers, whose values are percent-encoded; the body is the data."""
    attributes = {
        name.removeprefix(HEADER_PREFIX): unquote(value)
        for name, value in headers.items()
        if name.startswith(HEADER_PREFIX)
    }
    return each([attributes], lambda one, _: _read_binary_one(one, data, receipt), allowance=EVENTS)


def _read_binary_one(attributes: dict[str, str], data: Any, receipt: Receipt) -> Accepted:
    try:
        event = checked(_EVENT, attributes)
    except FieldsError as error:
        headers = [FieldError(HEADER_PREFIX + one.field, one.value, one.rule) for one in error.errors]
        raise FieldsError(tuple(headers)) from None
    return _arrived(event, as_data(data), receipt)


def _structured_data(document: Mapping[str, Any], at: Sequence[str | int]) -> Mapping[str, Any]:
    """Binary data stays as it came: what it means is for whoever knows its datacontenttype."""
    encoded = document.get("data_base64")
    if encoded is None:
        return as_data(document.get("data"), (*at, "data"))
    return as_data({"data_base64": encoded}, at)


def _arrived(event: CloudEvent, data: Mapping[str, Any], receipt: Receipt) -> Accepted:
    attributes = Attributes(
        type=event["type"],
        data=data,
        id=event["id"],
        source=event["source"],
        subject=event.get("subject"),
        time=event.get("time"),
    )
    return attributes.arrived(receipt, *_words_on_extensions(event))


def _words_on_extensions(event: CloudEvent) -> tuple[str, ...]:
    extensions = sorted(set(event) - CloudEvent.__annotations__.keys() - _NOT_EXTENSIONS)
    if not extensions:
        return ()
    return (f"extension attributes are not kept: {shown(', '.join(extensions))}",)
