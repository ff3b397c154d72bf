"""The same app behind a URL: every request is signed, and the answer is the body."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from slack_bolt import Ack, App, BoltRequest
from slack_sdk import WebClient

from bot.sandbox.people import Person
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Channel, Json
from tests.sandbox.conftest import bolt_app, card, modal, only, text_input


@pytest.fixture
def app(sandbox: SandboxServer, client: WebClient) -> Iterator[App]:
    """A Bolt app that verifies signatures, served on a port of its own."""
    app = bolt_app(sandbox, client)

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = app.dispatch(BoltRequest(body=body, headers=dict(self.headers)))
            self.send_response(answer.status)
            for name, value in answer.first_headers().items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    sandbox.requests_url = f"http://127.0.0.1:{server.server_port}/slack/events"
    yield app
    server.shutdown()
    server.server_close()
    thread.join()
    app.listener_runner.listener_executor.shutdown()


def test_events_commands_presses_and_forms_arrive_over_http(
    sandbox: SandboxServer, app: App, client: WebClient, maria: Person, line_2: Channel
) -> None:
    sandbox.workspace.install(commands=["/andon"])
    heard: list[str] = []

    @app.event("message")
    def message(event: Json) -> None:
        heard.append(event["text"])

    @app.command("/andon")
    def command(ack: Ack, body: Json) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=modal(text_input("what")))
        ack(f"Hello {body['text']}")

    @app.view("raise")
    def submitted(ack: Ack) -> None:
        ack(response_action="errors", errors={"what": "Not that"})

    @app.action("ack")
    def acknowledge(ack: Ack, body: Json) -> None:
        ack()
        heard.append(body["actions"][0]["value"])

    maria.says(line_2, "over http")
    sandbox.wait_until(lambda: heard == ["over http"])
    assert maria.types(line_2, "/andon there").text == "Hello there"
    view = maria.open_view
    assert view is not None
    assert maria.submits(view, {"what": {"text": "x"}}).errors == {"what": "Not that"}
    client.chat_postMessage(channel=line_2.id, text="card", blocks=card("7"))
    assert maria.presses(sandbox.workspace.messages(line_2)[-1], "ack").ok
    sandbox.wait_until(lambda: "7" in heard)


def test_an_app_that_answers_with_an_error_is_tried_again_for_events_only(
    sandbox: SandboxServer, app: App, client: WebClient, maria: Person, line_2: Channel
) -> None:
    retries: list[str] = []

    @app.middleware
    def refuse(req: BoltRequest) -> None:
        retries.append(req.headers.get("x-slack-retry-num", ["0"])[0])
        raise RuntimeError("the database is gone")

    client.chat_postEphemeral(channel=line_2.id, user=maria.id, text="card", blocks=card("7"))
    assert maria.presses(only(maria.ephemerals(line_2)), "ack").error == "dispatch_failed"
    assert retries == ["0"]
    maria.says(line_2, "over http")
    sandbox.wait_until(lambda: retries == ["0", "0", "1", "2"])


def test_a_wrong_secret_is_refused_by_the_app(
    sandbox: SandboxServer, app: App, maria: Person, line_2: Channel
) -> None:
    sandbox.workspace.app.signing_secret = "another"
    sandbox.requests_url = sandbox.requests_url
    sandbox.workspace.install(commands=["/andon"])

    @app.command("/andon")
    def command(ack: Ack) -> None:
        ack("Hello")

    assert maria.types(line_2, "/andon").error == '/andon failed with the error "dispatch_failed"'


def test_an_app_that_is_not_there_is_told_to_the_person(
    sandbox: SandboxServer, maria: Person, line_2: Channel
) -> None:
    sandbox.workspace.install(commands=["/andon"])
    sandbox.requests_url = "http://127.0.0.1:9/slack/events"
    assert maria.types(line_2, "/andon").error == '/andon failed with the error "dispatch_failed"'
