"""The ASGI edge: alive, ready, and Slack in HTTP mode without anybody else having to wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from bot import web as web_module
from bot.intake_queue import IntakeQueue
from bot.services.admission import Admission
from bot.store.database import Database
from bot.web import Check, web
from handlers.intake.http import Intake
from handlers.intake.tokens import Doorkeeper
from tests.deadlines import take_time
from tests.handlers.intake.door import PLAN, served
from tests.rules.plant import NOON

SECRET = "shared with Slack"
WAIT_SECONDS = 60


@pytest.fixture
def intake(migrated_sqlite_url: str) -> Iterator[Intake]:
    database = Database(migrated_sqlite_url)
    queue = IntakeQueue(database, plan=lambda: PLAN, now=lambda: NOON)
    tokens = Doorkeeper(Admission([]), now=lambda: NOON)
    yield Intake(queue, tokens, plan=lambda: PLAN, now=lambda: NOON)
    database.close()


def client(intake: Intake, checks: Mapping[str, Check] | None = None) -> TestClient:
    return TestClient(web(intake=intake, checks=checks or {}), raise_server_exceptions=False)


def test_a_visitor_learns_what_there_is(intake: Intake) -> None:
    answer = client(intake).get("/")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "POST /v1/events" in answer.text


def test_the_process_lives(intake: Intake) -> None:
    assert client(intake).get("/healthz").json() == {"alive": True}


def test_ready_when_every_check_finds_nothing_wrong(intake: Intake) -> None:
    answer = client(intake, {"database": lambda: None, "slack": lambda: None}).get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "checks": {"database": "ok", "slack": "ok"}}


def test_not_ready_says_what_is_wrong_even_when_a_check_itself_fails(intake: Intake) -> None:
    def broken() -> str | None:
        raise ConnectionError("nobody listens")

    checks: dict[str, Check] = {"database": broken, "sweeper": lambda: "12 s behind", "slack": lambda: None}
    answer = client(intake, checks).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": "ConnectionError: nobody listens",
        "sweeper": "12 s behind",
        "slack": "ok",
    }


def test_a_check_that_never_answers_counts_as_bad(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_module, "CHECK_SECONDS", 0.1)
    release = threading.Event()

    def stuck() -> str | None:
        release.wait(WAIT_SECONDS)
        return None

    with client(intake, {"database": stuck}) as visitor:
        answer = visitor.get("/readyz")
        release.set()
    assert answer.json()["checks"] == {"database": "did not answer within 0.1 s"}


def test_nobody_may_send_where_no_token_is_set_up(intake: Intake) -> None:
    answer = client(intake).post("/v1/events", headers={"Authorization": "Bearer any"}, json={})
    assert answer.status_code == 401
    assert "andon token create" in answer.json()["detail"]


def test_a_failure_of_ours_is_said_and_not_shown(intake: Intake) -> None:
    async def fail(_: Request) -> Response:
        raise RuntimeError("secret details")

    app = web(intake=intake, checks={})
    app.router.routes.append(Route("/fail", fail))
    answer = TestClient(app, raise_server_exceptions=False).get("/fail")
    assert answer.status_code == 500
    assert answer.json()["title"] == "Failure"
    assert "secret" not in answer.text


@pytest.fixture
def bolt() -> App:
    known = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-test", bot_user_id="UBOT")
    return App(authorize=lambda: known, signing_secret=SECRET)


def press(address: tuple[str, int], *, secret: str = SECRET) -> httpx2.Response:
    """What Slack sends when somebody types /andon."""
    body = b"command=%2Fandon&text=help&team_id=T1&user_id=U1&channel_id=C1&trigger_id=1.2"
    stamp = str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": str(signature),
    }
    host, port = address
    return httpx2.post(
        f"http://{host}:{port}/slack/events", content=body, headers=headers, timeout=WAIT_SECONDS
    )


def test_slack_calls_over_http_and_is_answered(intake: Intake, bolt: App) -> None:
    bolt.command("/andon")(lambda ack: ack("here to help"))
    with served(web(intake=intake, checks={}, slack=bolt)) as address:
        answer = press(address)
        forged = press(address, secret="guessed")
    assert (answer.status_code, answer.text) == (200, "here to help")
    assert forged.status_code == 401


def test_a_listener_that_takes_its_time_keeps_nobody_else_waiting(intake: Intake, bolt: App) -> None:
    begun, release = threading.Event(), threading.Event()

    def listener(ack: Ack) -> None:
        begun.set()
        release.wait(WAIT_SECONDS)
        ack("at last")

    bolt.command("/andon")(listener)
    take_time(bolt)
    app = web(intake=intake, checks={}, slack=bolt)
    with served(app) as address, ThreadPoolExecutor(1) as slack:
        pressed = slack.submit(press, address)
        assert begun.wait(WAIT_SECONDS)
        alive = httpx2.get(f"http://{address[0]}:{address[1]}/healthz", timeout=WAIT_SECONDS)
        release.set()
        assert pressed.result(WAIT_SECONDS).text == "at last"
    assert alive.status_code == 200


def test_what_is_not_from_slack_is_refused(intake: Intake, bolt: App) -> None:
    visitor = TestClient(web(intake=intake, checks={}, slack=bolt), raise_server_exceptions=False)
    assert visitor.post("/slack/events", content=b"\xff").status_code == 400
    assert visitor.post("/slack/events", content=b" " * 2_000_000).status_code == 413


def test_in_socket_mode_slack_has_no_door_here(intake: Intake) -> None:
    assert client(intake).post("/slack/events").status_code == 404
