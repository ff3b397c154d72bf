"""Alertmanager's webhook, version 4, and Grafana's, which extends it: each alert is an event.

An alert is named by its fingerprint, its start and its status, so what is repeated every repeat_interval is
a duplicate and not an occurrence. Alertmanager drops what is answered with 4xx and sends again what is
answered with 5xx: an alert is refused only when it cannot be understood, and texts too long are cut.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, Literal, Required
from urllib.parse import urlsplit

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from handlers.intake.arrivals import Accepted, Arrival, Attributes, Receipt, each
from handlers.intake.event_data import as_data
from handlers.intake.fields import UNFIT, FieldsError, Moment, checked, moment
from handlers.intake.limits import ALERTS, LONGEST_NAME, LONGEST_SUBJECT
from handlers.intake.problems import Problem, ProblemError

EVENT_TYPE = "alertmanager.alert"
LASTED_LONG = "it began longer ago than this source's max_age allows: taken as begun within it"

MaxAge = Callable[[str], timedelta]
"""How old an event of a source may be and still page somebody."""

_STILL_YOUNG = 0.9
"""Of the max age: what an alert that has lasted longer counts as, so that waiting here ages it no further."""

_NOT_ENDED = "0001-01-01T00:00:00"
_LONGEST_FINGERPRINT = 120
_OF_THE_GROUP = (
    *("receiver", "groupKey", "groupLabels", "commonLabels", "commonAnnotations"),
    *("externalURL", "truncatedAlerts", "orgId"),
)


def _end(value: object) -> datetime | None:
    """Alertmanager writes the year 1 for an alert that has not ended."""
    if value is None or (isinstance(value, str) and value.startswith(_NOT_ENDED)):
        return None
    return moment(value)


@with_config(ConfigDict(extra="allow"))
class Alert(TypedDict, total=False):
    """What must be understood of an alert; all of it is kept as the event's data."""

    status: Required[Literal["firing", "resolved"]]
    labels: Required[dict[str, str]]
    startsAt: Required[Moment]
    endsAt: Annotated[datetime | None, BeforeValidator(_end)]
    fingerprint: str


@with_config(ConfigDict(extra="allow"))
class Group(TypedDict, total=False):
    """The envelope: the alerts of one group."""

    alerts: Required[list[Any]]
    receiver: str
    externalURL: str


_ALERT = TypeAdapter(Alert)
_GROUP = TypeAdapter(Group)


def read(document: Any, receipt: Receipt, *, max_age: MaxAge) -> list[Arrival]:
    """Every alert of the group; raises ProblemError (413, 422)."""
    try:
        group = checked(_GROUP, document)
    except FieldsError as error:
        raise ProblemError(_not_a_group(error)) from None
    source = _source(group)
    reader = _AlertReader(group, source, max_age(source) * _STILL_YOUNG, receipt)
    return each(group["alerts"], reader.read, allowance=ALERTS)


@dataclass(frozen=True, slots=True)
class _AlertReader:
    """Reads the alerts of one group. `oldest` is the age up to which a time is believed to page somebody.

    An alert may have begun long before we first hear of it, and must page all the same. Raising every time,
    firing or resolved, to the same moving floor keeps them in order: an end never comes to lie before its
    beginning, nor after the next one.
    """

    group: Group
    source: str
    oldest: timedelta
    receipt: Receipt

    def read(self, document: Any, index: int) -> Accepted:
        at = ("alerts", index)
        alert = checked(_ALERT, document, at)
        of_the_group = {key: value for key, value in self.group.items() if key in _OF_THE_GROUP}
        happened = self._happened(alert)
        lasted_long = self.receipt.now - happened > self.oldest
        attributes = Attributes(
            type=EVENT_TYPE,
            data=as_data({**of_the_group, **document}, at),
            id=_id(alert),
            source=self.source,
            subject=_subject(alert["labels"]),
            time=self.receipt.now - self.oldest if lasted_long else happened,
        )
        return attributes.arrived(self.receipt, *([LASTED_LONG] if lasted_long else []))

    def _happened(self, alert: Alert) -> datetime:
        if alert["status"] == "firing":
            return alert["startsAt"]
        return alert.get("endsAt") or self.receipt.now


def _source(group: Group) -> str:
    try:
        host = urlsplit(group.get("externalURL", "")).netloc.rpartition("@")[2]
    except ValueError:  # An address with a broken bracket is as good as none.
        host = ""
    return _fitted(f"alertmanager:{host or group.get('receiver') or 'unknown'}", LONGEST_NAME)


def _id(alert: Alert) -> str:
    parts = [_fingerprint(alert), alert["startsAt"].isoformat(), alert["status"]]
    end = alert.get("endsAt")
    if alert["status"] == "resolved" and end:
        parts.append(end.isoformat())
    return "/".join(parts)


def _fingerprint(alert: Alert) -> str:
    given = _fitted(alert.get("fingerprint", ""), _LONGEST_FINGERPRINT)
    return given or sha256(json.dumps(alert["labels"], sort_keys=True).encode()).hexdigest()[:16]


def _subject(labels: dict[str, str]) -> str:
    named = [labels[label] for label in ("alertname", "instance") if labels.get(label)]
    return _fitted("/".join(named), LONGEST_SUBJECT)


def _fitted(text: str, longest: int) -> str:
    return UNFIT.sub(" ", text)[:longest].strip()


def _not_a_group(error: FieldsError) -> Problem:
    detail = (
        "This is not what Alertmanager or Grafana sends to a webhook: its envelope breaks the rules under "
        "errors. Nothing was taken. Let a webhook receiver point here; other events go to /v1/events."
    )
    return Problem("invalid-alerts", 422, "Not a group of alerts", detail, error.errors)
