"""Every HTTP door with any bytes, any JSON, and what is nearly right."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import strategies as st
from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot.store.migrate import upgrade
from tests.fuzz.target import Feed, Target
from tests.fuzz.words import json_values, scalars, texts, times
from tests.handlers.intake.door import TOKEN, open_door
from tests.postgres import roomy_memory

TYPES = [
    "application/json", "application/cloudevents+json", "application/cloudevents-batch+json", "text/plain",
    "application/x-www-form-urlencoded", "",
]  # fmt: skip
DOORS = ["/v1/events", "/v1/readings", "/v1/integrations/alertmanager", "/v1/integrations/grafana"]
EXPECTED = {200, 400, 401, 403, 404, 405, 413, 415, 422, 429}

_events = st.fixed_dictionaries(
    {"type": st.sampled_from(["machine.state", "kpi.reading", "andon.call"]) | texts},
    optional={
        "specversion": st.just("1.0") | scalars,
        "id": texts | scalars,
        "source": texts | scalars,
        "subject": texts | scalars,
        "time": times | scalars,
        "data": st.just({"state": "DOWN", "reason": "jam"}) | json_values,
        "data_base64": json_values,
    },
)
_readings = st.fixed_dictionaries(
    {"kpi": st.just("oee") | texts, "value": st.floats() | st.integers() | scalars},
    optional={"time": times | scalars, "source": texts | scalars, "more": scalars},
)
_alerts = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["firing", "resolved"]) | texts,
        "labels": st.dictionaries(texts | st.sampled_from(["alertname", "instance"]), texts, max_size=3),
        "startsAt": times,
    },
    optional={"endsAt": times | scalars, "fingerprint": texts, "annotations": json_values},
)
_groups = st.fixed_dictionaries(
    {"alerts": st.lists(_alerts | json_values, max_size=3)},
    optional={"externalURL": texts | st.just("http://["), "receiver": texts, "groupKey": json_values},
)


def _as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


_bodies = {
    "/v1/events": _events | st.lists(_events | json_values, max_size=4),
    "/v1/readings": _readings | st.lists(_readings | json_values, max_size=4),
    "/v1/integrations/alertmanager": _groups,
    "/v1/integrations/grafana": _groups,
}
_headers = st.dictionaries(
    st.sampled_from(["ce-id", "ce-type", "ce-source", "ce-time", "ce-specversion", "content-encoding"])
    | st.from_regex(r"ce-[a-z]{1,5}", fullmatch=True),
    st.just("1.0") | st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=20),
    max_size=4,
)


@st.composite
def _requests(draw: st.DrawFn) -> tuple[str, str, bytes, dict[str, str]]:
    """Method, path, body and headers: mostly right, so that most reach what lies behind the door."""
    path = draw(st.sampled_from(DOORS))
    nearly = _bodies[path].map(_as_json)
    body = draw(st.one_of(nearly, nearly, nearly, json_values.map(_as_json), st.binary(max_size=200)))
    method = draw(st.sampled_from(["POST"] * 30 + ["GET", "PUT"]))
    wild = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=20)
    token = draw(st.sampled_from([f"Bearer {TOKEN}"] * 20 + ["Bearer andon_abcdef_00", ""])) or draw(wild)
    media_type = draw(st.sampled_from(["application/json"] * 10 + TYPES))
    headers = {
        "authorization": token,
        "content-type": media_type,
        **(draw(_headers) if draw(st.integers(0, 9)) == 0 else {}),
    }
    return method, path, body, headers


def ask(app: Starlette, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """Call the application as a server would; what it raises comes out."""
    said: dict[str, Any] = {"status": 0, "body": b""}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        said["status"] = message.get("status", said["status"])
        said["body"] += message.get("body", b"")

    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": raw, "http_version": "1.1", "scheme": "http", "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return said["status"], said["body"]


@contextmanager
def _intake() -> Iterator[Feed]:
    with tempfile.TemporaryDirectory(dir=roomy_memory()) as folder:
        url = f"sqlite:///{folder}/andon.db"
        upgrade(url)
        with open_door(url) as door:

            def feed(request: tuple[str, str, bytes, dict[str, str]]) -> str:
                status, body = ask(door.app, *request)
                assert status in EXPECTED, (status, body)
                assert status == 200 or json.loads(body)["detail"], body
                return str(status)

            with capture_logs():
                yield feed


INTAKE = Target("intake", _requests(), _intake, weight=4)
