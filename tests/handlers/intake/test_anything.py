"""Whatever is sent: the answer is JSON that says what became of it, and never a failure of ours."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.handlers.intake.door import Door

CONTENT_TYPES = [
    "application/json",
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
    "a/b",
]
PATHS = ["/v1/events", "/v1/integrations/alertmanager"]
EXPECTED = {200, 400, 413, 415, 422}

# Text may hold anything that JSON can carry: NUL, half surrogate pairs, other planes.
texts = st.text(st.characters(exclude_categories=()), max_size=20)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4)
)
times = st.datetimes(timezones=st.timezones()).map(lambda time: time.isoformat()) | texts
nearly_events = st.fixed_dictionaries(
    {"type": st.just("machine.state") | texts},
    optional={
        "specversion": st.just("1.0") | scalars,
        "id": texts | scalars,
        "source": texts | scalars,
        "subject": texts | scalars,
        "time": times | scalars,
        "data": documents,
        "data_base64": documents,
    },
)
nearly_alerts = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["firing", "resolved"]) | texts,
        "labels": st.dictionaries(texts | st.sampled_from(["alertname", "instance"]), texts, max_size=3),
        "startsAt": times,
    },
    optional={"endsAt": times | scalars, "fingerprint": texts, "annotations": documents},
)
nearly_groups = st.fixed_dictionaries(
    {"alerts": st.lists(nearly_alerts | documents, max_size=3)},
    optional={"externalURL": texts | st.just("http://["), "receiver": texts, "groupKey": documents},
)


# Each example leaves its events behind in the one database, as senders do in life.
on_one_door = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(body=st.binary(), to=st.sampled_from(PATHS), content_type=st.sampled_from(CONTENT_TYPES))
@on_one_door
def test_any_bytes(sqlite_door: Door, body: bytes, to: str, content_type: str) -> None:
    assert sqlite_door.post(body, to=to, content_type=content_type).status_code in EXPECTED


@given(document=documents, to=st.sampled_from(PATHS), content_type=st.sampled_from(CONTENT_TYPES))
@on_one_door
def test_any_json(sqlite_door: Door, document: object, to: str, content_type: str) -> None:
    assert sqlite_door.post(document, to=to, content_type=content_type).status_code in EXPECTED


@given(batch=st.lists(nearly_events, min_size=1, max_size=3), content_type=st.sampled_from(CONTENT_TYPES[:3]))
@on_one_door
def test_what_is_nearly_an_event(door: Door, batch: list[dict[str, Any]], content_type: str) -> None:
    body = batch if "batch" in content_type or len(batch) > 1 else batch[0]
    answer = door.post(body, content_type=content_type)
    assert answer.status_code in EXPECTED
    if answer.status_code == 200:
        assert [entry["index"] for entry in answer.json()["events"]] == list(range(len(batch)))


@given(group=nearly_groups)
@on_one_door
def test_what_is_nearly_an_alert(door: Door, group: dict[str, Any]) -> None:
    assert door.post(group, to="/v1/integrations/alertmanager").status_code in EXPECTED


@given(header=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"])))
@on_one_door
def test_any_authorization(sqlite_door: Door, header: str) -> None:
    headers = {b"Authorization": header.encode("latin-1"), b"Content-Type": b"application/json"}
    assert sqlite_door.client.post("/v1/events", content=b"{}", headers=headers).status_code == 401
