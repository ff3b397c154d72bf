"""What the page in the browser reads and does."""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient

from bot.sandbox.people import Person
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Channel, Json
from tests.sandbox.conftest import Bot, button, card, ignore_messages, modal, only, section, text_input


class Page:
    """A browser acting as Maria."""

    def __init__(self, sandbox: SandboxServer, user: str) -> None:
        self._address = urlsplit(sandbox.url)
        self._user = user

    def _connection(self) -> HTTPConnection:
        return HTTPConnection(self._address.hostname or "", self._address.port, timeout=60)

    def _ask(self, method: str, path: str, body: Json | None = None) -> Any:
        connection = self._connection()
        connection.request(method, path, json.dumps(body) if body is not None else None)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def get(self, path: str) -> Any:
        return self._ask("GET", f"/sandbox/api/{path}?as={self._user}")

    def post(self, path: str, **body: Any) -> Any:
        return self._ask("POST", f"/sandbox/api/{path}", {"as": self._user, **body})

    def stream(self) -> HTTPConnection:
        connection = self._connection()
        connection.request("GET", f"/sandbox/api/stream?as={self._user}")
        return connection


@pytest.fixture
def page(sandbox: SandboxServer, maria: Person) -> Page:
    return Page(sandbox, maria.id)


def test_the_overview_shows_people_channels_and_the_story(
    sandbox: SandboxServer, client: WebClient, page: Page, maria: Person, line_2: Channel
) -> None:
    workspace = sandbox.workspace
    workspace.install(
        commands=[{"command": "/andon", "description": "Ask", "usage_hint": "list"}],
        shortcuts=[{"callback_id": "raise", "name": "Raise exception"}],
    )
    workspace.narrate("The filler stops.")
    workspace.add_channel("secret", private=True, members=["tom"])
    client.chat_postMessage(channel=line_2.id, text="EX-1")
    client.chat_postMessage(channel=line_2.id, text=f"<@{maria.id}> please")
    client.chat_postMessage(channel=maria.id, text="For you")
    seen = page.get("workspace")
    assert seen["me"]["initials"] == "MJ"
    assert [user["name"] for user in seen["users"]] == ["andon", "maria", "tom"]
    [channel] = seen["channels"]
    assert (channel["name"], channel["unread"], channel["mentions"]) == ("line-2", 2, 1)
    [im] = seen["ims"]
    assert (im["user"], im["unread"], im["mentions"]) == (seen["bot_user_id"], 1, 1)
    assert seen["commands"] == [{"command": "/andon", "description": "Ask", "usage": "list"}]
    assert seen["shortcuts"][0]["callback_id"] == "raise"
    assert only(seen["narration"])["text"] == "The filler stops."
    page.post("read", channel=line_2.id)
    assert page.get("workspace")["channels"][0]["unread"] == 0


def test_messages_and_threads_are_shown_with_own_ephemerals(
    client: WebClient, page: Page, maria: Person, tom: Person, line_2: Channel
) -> None:
    parent = client.chat_postMessage(channel=line_2.id, text="EX-1", blocks=card("1"))["ts"]
    client.chat_postMessage(channel=line_2.id, thread_ts=parent, text="opened")
    client.chat_postEphemeral(channel=line_2.id, user=maria.id, text="only you", thread_ts=parent)
    client.chat_postEphemeral(channel=line_2.id, user=tom.id, text="only Tom")
    client.chat_postEphemeral(channel=line_2.id, user=maria.id, text="you again")
    shown = page.get(f"channels/{line_2.id}/messages")["messages"]
    assert [message["text"] for message in shown] == ["EX-1", "you again"]
    assert (shown[0]["reply_count"], shown[0]["bot"]) == (1, True)
    assert [message["ephemeral"] for message in shown] == [False, True]
    thread = page.get(f"channels/{line_2.id}/threads/{parent}")["messages"]
    assert [message["text"] for message in thread] == ["EX-1", "opened", "only you"]


def test_a_person_writes_presses_fills_in_and_closes(
    sandbox: SandboxServer, bot: Bot, client: WebClient, page: Page, maria: Person, line_2: Channel
) -> None:
    sandbox.workspace.install(
        commands=["/andon"], shortcuts=[{"callback_id": "raise", "name": "Raise exception"}]
    )
    form = modal(text_input("what"), section("x", accessory=button("more")))

    @bot.app.command("/andon")
    @bot.app.shortcut("raise")
    @bot.app.action("ack")
    def open_form(ack: Ack, body: Json) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=form)
        ack()

    @bot.app.action("more")
    def more(ack: Ack) -> None:
        ack()

    @bot.app.view("raise")
    def raised(ack: Ack) -> None:
        ack(response_action="errors", errors={"what": "Not that"})

    ignore_messages(bot.app)
    bot.connect()
    assert page.post("messages", channel=line_2.id, text="Hello @tom") == {"ok": True}
    said = only(page.get(f"channels/{line_2.id}/messages")["messages"])
    assert said["text"] == f"Hello <@{sandbox.person('tom').id}>"
    assert page.post("messages", channel=line_2.id, text="/andon raise") == {"ok": True}
    [view] = page.get("views")["views"]
    pressed = {"type": "button", "action_id": "more", "block_id": view["blocks"][1]["block_id"], "value": "1"}
    assert page.post("actions", view_id=view["id"], action=pressed) == {"ok": True}
    typed = {"what": {"text": {"type": "plain_text_input", "value": "No bottles"}}}
    answer = page.post(f"views/{view['id']}/submit", values=typed)
    assert (answer["response_action"], answer["errors"]) == ("errors", {"what": "Not that"})
    assert page.post(f"views/{view['id']}/close") == {"ok": True}
    assert page.get("views") == {"views": []}

    ts = client.chat_postMessage(channel=line_2.id, text="EX-1", blocks=card("1"))["ts"]
    press = {"type": "button", "action_id": "ack", "block_id": "buttons", "value": "1"}
    assert page.post("actions", channel=line_2.id, message_ts=ts, action=press) == {"ok": True}
    assert page.post("shortcuts", callback_id="raise", channel=line_2.id, message_ts=ts) == {"ok": True}
    assert len(page.get("views")["views"]) == 1


def test_what_cannot_be_done_is_said_in_words(
    sandbox: SandboxServer, client: WebClient, page: Page, line_2: Channel
) -> None:
    sandbox.workspace.install(commands=["/andon"])
    parent = client.chat_postMessage(channel=line_2.id, text="EX-1", blocks=card("1"))["ts"]
    press = {"type": "button", "action_id": "ack", "block_id": "buttons", "value": "1"}

    def say(text: str, **more: Any) -> str:
        return str(page.post("messages", channel=line_2.id, text=text, **more)["error"])

    assert say("/nothing") == "/nothing is not a valid command."
    assert say("/andon") == '/andon failed with the error "dispatch_failed"'
    assert say("/andon", thread_ts=parent) == "/andon is not supported in threads. Sorry!"
    pressed = page.post("actions", channel=line_2.id, message_ts=parent, action=press)
    assert pressed["error"] == "This app could not be reached. (dispatch_failed)"
    client.chat_delete(channel=line_2.id, ts=parent)
    gone = page.post("actions", channel=line_2.id, message_ts=parent, action=press)
    assert gone == {"ok": False, "error": "message_not_found"}
    assert page.post("actions", action=press)["ok"] is False


def test_home_is_opened_and_shown(
    sandbox: SandboxServer, bot: Bot, client: WebClient, page: Page, maria: Person
) -> None:
    @bot.app.event("app_home_opened")
    def show(event: Json) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section("Yours")]})

    bot.connect()
    assert page.get("home") == {"view": None}
    page.post("home")
    sandbox.wait_until(lambda: maria.home)
    assert page.get("home")["view"]["blocks"][0]["text"]["text"] == "Yours"


def test_the_stream_says_what_changed_to_whom_it_concerns(
    client: WebClient, page: Page, maria: Person, tom: Person, line_2: Channel
) -> None:
    connection = page.stream()
    lines = connection.getresponse()
    assert lines.readline() == b": welcome\n"
    parent = client.chat_postMessage(channel=line_2.id, text="EX-1")["ts"]
    client.chat_postMessage(channel=line_2.id, thread_ts=parent, text="opened")
    client.chat_postEphemeral(channel=line_2.id, user=tom.id, text="only Tom")
    client.chat_postEphemeral(channel=line_2.id, user=maria.id, text="only you")
    seen: list[Json] = []
    while len(seen) < 3:
        line = lines.readline().decode()
        if line.startswith("data: "):
            seen.append(json.loads(line.removeprefix("data: ")))
    assert seen == [
        {"kind": "message", "channel": line_2.id},
        {"kind": "thread", "channel": line_2.id, "thread_ts": parent},
        {"kind": "ephemeral", "channel": line_2.id},
    ]
    lines.close()
    connection.close()


def test_something_answers_at_the_root(page: Page) -> None:
    connection = page._connection()
    connection.request("GET", "/")
    assert connection.getresponse().status == 200
    connection.close()


def test_a_reaction_is_given_and_taken_back_by_the_same_press(
    page: Page, tom: Person, maria: Person, line_2: Channel
) -> None:
    said = tom.says(line_2, "The chute is full")
    press = {"channel": line_2.id, "message_ts": said.ts, "name": "eyes"}
    assert page.post("reactions", **press) == {"ok": True}
    shown = page.get(f"channels/{line_2.id}/messages")["messages"][-1]
    assert shown["reactions"] == [{"name": "eyes", "users": [maria.id]}]
    assert page.post("reactions", **press) == {"ok": True}
    assert page.get(f"channels/{line_2.id}/messages")["messages"][-1]["reactions"] == []
