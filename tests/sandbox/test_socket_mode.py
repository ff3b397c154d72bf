"""A real Bolt app in Socket Mode, used by people."""

import json
import threading

from slack_bolt import Ack, Respond, Say
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.faults import Fault
from bot.sandbox.people import Person
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Channel, Json
from tests.sandbox.conftest import Bot, card, ignore_messages, nobody_answers, only


def test_a_mention_reaches_the_bot_and_is_answered_in_the_thread(
    sandbox: SandboxServer, bot: Bot, maria: Person, line_2: Channel
) -> None:
    @bot.app.event("app_mention")
    def answer(event: Json, say: Say) -> None:
        say(f"Hello <@{event['user']}>", thread_ts=event["ts"])

    ignore_messages(bot.app)
    bot.connect()
    asked = maria.says(line_2, "@andon are you there?")
    sandbox.wait_until(lambda: sandbox.workspace.thread(line_2, asked.ts))
    reply = only(sandbox.workspace.thread(line_2, asked.ts))
    assert reply.text == f"Hello <@{maria.id}>"
    assert reply.mentions(maria.id)


def test_a_press_carries_what_the_person_saw_and_the_message_as_it_is_now(
    sandbox: SandboxServer, bot: Bot, client: WebClient, maria: Person, line_2: Channel
) -> None:
    pressed: list[Json] = []

    @bot.app.action("ack")
    def acknowledge(ack: Ack, body: Json, respond: Respond) -> None:
        ack()
        pressed.append(body)
        respond("Thanks")

    ignore_messages(bot.app)
    bot.connect()
    ts = client.chat_postMessage(channel=line_2.id, text="Filler down", blocks=card("1"))["ts"]
    seen = only(sandbox.workspace.messages(line_2))
    client.chat_update(channel=line_2.id, ts=ts, text="Filler down", blocks=card("2"))
    assert maria.presses(seen, "ack").ok
    sandbox.wait_until(lambda: maria.ephemerals(line_2))
    assert only(maria.ephemerals(line_2)).text == "Thanks"
    [body] = pressed
    assert body["actions"][0]["value"] == "1"
    assert body["message"]["blocks"][1]["elements"][0]["value"] == "2"
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": line_2.id,
        "is_ephemeral": False,
    }
    assert body["user"]["id"] == maria.id
    assert body["channel"] == {"id": line_2.id, "name": "line-2"}


def test_a_response_url_replaces_and_deletes_what_was_pressed(
    sandbox: SandboxServer, bot: Bot, client: WebClient, maria: Person, line_2: Channel
) -> None:
    @bot.app.action("ack")
    def acknowledge(ack: Ack, body: Json, respond: Respond) -> None:
        ack()
        if body["actions"][0]["value"] == "1":
            respond("Replaced", blocks=card("2"), replace_original=True)
        else:
            respond(delete_original=True)

    bot.connect()
    client.chat_postEphemeral(channel=line_2.id, user=maria.id, text="Choose", blocks=card("1"))
    assert maria.presses(only(maria.ephemerals(line_2)), "ack").ok
    sandbox.wait_until(lambda: only(maria.ephemerals(line_2)).text == "Replaced")
    assert maria.presses(only(maria.ephemerals(line_2)), "ack").ok
    sandbox.wait_until(lambda: not maria.ephemerals(line_2))


def test_a_slash_command_is_answered_by_the_ack_and_later(
    sandbox: SandboxServer, bot: Bot, maria: Person, tom: Person, line_2: Channel
) -> None:
    sandbox.workspace.install(commands=[{"command": "/andon", "should_escape": True}])

    @bot.app.command("/andon")
    def command(ack: Ack, command: Json, respond: Respond) -> None:
        ack(f"Looking for {command['text']}")
        respond("Found")
        respond("Everybody, look", response_type="in_channel")

    ignore_messages(bot.app)
    bot.connect()
    response = maria.types(line_2, "/andon list @tom")
    sandbox.wait_until(lambda: len(response.ephemerals) == 2)
    # The ack and the response URL take different ways, here as in Slack: either may be first.
    assert {each.text for each in response.ephemerals} == {f"Looking for list <@{tom.id}|tom>", "Found"}
    sandbox.wait_until(lambda: sandbox.workspace.messages(line_2))
    assert only(sandbox.workspace.messages(line_2)).text == "Everybody, look"
    assert tom.ephemerals(line_2) == []


def test_an_unknown_command_never_reaches_the_bot(maria: Person, line_2: Channel) -> None:
    response = maria.types(line_2, "/andno list")
    assert not response.ok
    assert response.text == "/andno is not a valid command."


def test_shortcuts_carry_the_message_or_nothing(
    sandbox: SandboxServer, bot: Bot, maria: Person, line_2: Channel
) -> None:
    shortcuts = [
        {"callback_id": "raise", "name": "Raise exception"},
        {"callback_id": "anywhere", "name": "Raise", "type": "global"},
    ]
    sandbox.workspace.install(shortcuts=shortcuts)
    used: list[Json] = []

    @bot.app.shortcut({"type": "message_action", "callback_id": "raise"})
    @bot.app.shortcut({"type": "shortcut", "callback_id": "anywhere"})
    def use(ack: Ack, body: Json) -> None:
        used.append(body)
        ack()

    ignore_messages(bot.app)
    bot.connect()
    said = maria.says(line_2, "The filler leaks & drips")
    assert maria.uses_shortcut("raise", said).ok
    assert maria.uses_shortcut("anywhere").ok
    assert used[0]["message"]["text"] == "The filler leaks &amp; drips"
    assert used[0]["message_ts"] == said.ts
    assert "message" not in used[1]


def test_without_a_bot_the_person_is_told_at_once(
    sandbox: SandboxServer, client: WebClient, maria: Person, line_2: Channel
) -> None:
    sandbox.workspace.install(commands=["/andon"])
    client.chat_postMessage(channel=line_2.id, text="Filler down", blocks=card("1"))
    assert maria.presses(only(sandbox.workspace.messages(line_2)), "ack").error == "dispatch_failed"
    assert maria.types(line_2, "/andon").text == '/andon failed with the error "dispatch_failed"'


@nobody_answers
def test_a_bot_that_does_not_ack_is_reported_as_a_timeout(
    sandbox: SandboxServer, bot: Bot, client: WebClient, maria: Person, line_2: Channel
) -> None:
    sandbox.workspace.install(commands=["/andon"])
    done = threading.Event()

    @bot.app.command("/andon")
    def never(ack: Ack) -> None:
        done.wait(60)

    bot.connect()
    assert maria.types(line_2, "/andon").text == '/andon failed with the error "operation_timeout"'
    done.set()


@nobody_answers
def test_an_event_that_is_not_acked_comes_again(
    sandbox: SandboxServer, bot: Bot, maria: Person, line_2: Channel
) -> None:
    attempts: list[tuple[int | None, str | None, str]] = []

    def note(_: object, request: object) -> None:
        retry, reason = getattr(request, "retry_attempt", None), getattr(request, "retry_reason", None)
        attempts.append((retry, reason, getattr(request, "payload", {})["event_id"]))

    bot.handler.client.socket_mode_request_listeners.clear()
    bot.handler.client.socket_mode_request_listeners.append(note)
    bot.connect()
    maria.says(line_2, "Anybody?")
    sandbox.wait_until(lambda: len(attempts) == 3)
    assert [(retry, reason) for retry, reason, _ in attempts] == [(0, ""), (1, "timeout"), (2, "timeout")]
    assert len({event_id for _, _, event_id in attempts}) == 1


def test_a_duplicated_delivery_arrives_twice_with_one_event_id(
    sandbox: SandboxServer, bot: Bot, maria: Person, line_2: Channel
) -> None:
    seen: list[str] = []

    @bot.app.event("message")
    def hear(body: Json) -> None:
        seen.append(body["event_id"])

    bot.connect()
    sandbox.faults.add(Fault(kind="duplicate_delivery", method="events_api/message", next=1))
    maria.says(line_2, "Once")
    sandbox.wait_until(lambda: len(seen) == 2)
    assert len(set(seen)) == 1


def test_a_reordered_delivery_is_overtaken_by_the_next(
    sandbox: SandboxServer, bot: Bot, maria: Person, line_2: Channel
) -> None:
    heard: list[str] = []

    @bot.app.event("message")
    def hear(event: Json) -> None:
        heard.append(event["text"])

    bot.connect()
    sandbox.faults.add(Fault(kind="reordered_delivery", next=1))
    maria.says(line_2, "first")
    maria.says(line_2, "second")
    sandbox.wait_until(lambda: len(heard) == 2)
    assert heard == ["second", "first"]


def test_the_bot_hears_its_own_messages_edits_and_deletions_as_in_slack(
    sandbox: SandboxServer, bot: Bot, client: WebClient, line_2: Channel
) -> None:
    payloads: list[Json] = []
    bot.handler.client.on_message_listeners.append(lambda text: payloads.append(json.loads(text)))
    ignore_messages(bot.app)
    bot.connect()
    ts = client.chat_postMessage(channel=line_2.id, text="One")["ts"]
    client.chat_update(channel=line_2.id, ts=ts, text="Two")
    client.chat_delete(channel=line_2.id, ts=ts)
    sandbox.wait_until(lambda: sum(each["type"] == "events_api" for each in payloads) == 3)
    events = [each["payload"]["event"] for each in payloads if each["type"] == "events_api"]
    assert {event.get("subtype") for event in events} == {None, "message_changed", "message_deleted"}
    assert payloads[0]["type"] == "hello"
    assert payloads[0]["num_connections"] == 1


def test_a_reaction_is_an_event(sandbox: SandboxServer, bot: Bot, maria: Person, line_2: Channel) -> None:
    reactions: list[Json] = []

    @bot.app.event("reaction_added")
    def note(event: Json) -> None:
        reactions.append(event)

    ignore_messages(bot.app)
    bot.connect()
    said = maria.says(line_2, "Fixed")
    maria.reacts(said, "white_check_mark")
    sandbox.wait_until(lambda: reactions)
    assert reactions[0]["item"] == {"type": "message", "channel": line_2.id, "ts": said.ts}


def test_an_event_the_app_does_not_subscribe_to_is_not_sent(
    sandbox: SandboxServer, bot: Bot, maria: Person, line_2: Channel
) -> None:
    manifest = {"settings": {"event_subscriptions": {"bot_events": ["app_mention"]}}}
    sandbox.workspace.install(manifest=manifest)
    payloads: list[Json] = []
    bot.handler.client.on_message_listeners.append(lambda text: payloads.append(json.loads(text)))

    @bot.app.event("app_mention")
    def note() -> None:
        pass

    bot.connect()
    maria.says(line_2, "Only talk")
    maria.says(line_2, "@andon now it is about you")
    sandbox.wait_until(lambda: len(payloads) == 2)
    assert [each["payload"]["event"]["type"] for each in payloads[1:]] == ["app_mention"]


def test_an_app_token_opens_sockets_and_nothing_else(sandbox: SandboxServer, client: WebClient) -> None:
    errors = []
    for method, token in (
        ("apps.connections.open", sandbox.workspace.bot_token),
        ("chat.postMessage", sandbox.workspace.app_token),
    ):
        try:
            client.api_call(method, json={"token": token}, headers={"Authorization": f"Bearer {token}"})
        except SlackApiError as error:
            errors.append(error.response["error"])
    assert errors == ["not_allowed_token_type", "not_allowed_token_type"]
