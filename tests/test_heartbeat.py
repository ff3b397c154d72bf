"""A dead-man's switch outside hears of us only while all is well."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.heartbeat import Heartbeat


class _Switch(HTTPServer):
    heard: list[str]
    answer: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/ping/secret"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Switch)
        self.server.heard.append(self.path)
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing on the terminal."""


@pytest.fixture
def switch() -> Iterator[_Switch]:
    with _Switch(("127.0.0.1", 0), _Handler) as server:
        server.heard, server.answer = [], 200
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_it_beats_while_nothing_is_wrong(switch: _Switch) -> None:
    assert Heartbeat(switch.url, {"database": lambda: None}).beat()
    assert switch.heard == ["/ping/secret"]


def test_it_is_withheld_as_soon_as_one_check_has_something_to_say(switch: _Switch) -> None:
    checks = {"database": lambda: None, "sweeper": lambda: "40 s behind: clocks are late"}
    with capture_logs() as said:
        assert not Heartbeat(switch.url, checks).beat()
    assert switch.heard == []
    assert said[0]["sweeper"] == "40 s behind: clocks are late"


def test_a_switch_that_refuses_or_is_away_is_logged_without_its_address(switch: _Switch) -> None:
    switch.answer = 404
    nowhere = "http://127.0.0.1:9/ping/secret"
    with capture_logs() as said:
        assert not Heartbeat(switch.url, {}).beat()
        assert not Heartbeat(nowhere, {}).beat()
        assert not Heartbeat(f"{switch.url} copied badly", {}).beat()
    assert [line["event"] for line in said] == [
        "heartbeat.refused",
        "heartbeat.not_heard",
        "heartbeat.not_heard",
    ]
    assert "secret" not in str(said)
