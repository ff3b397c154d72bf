"""A real Bolt app in Socket Mode, used by people."""

from slack_bolt import Ack, Respond, Say
from slack_sdk import WebClient

from bot.sandbox.people import Person
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Channel, Json
from tests.sandbox.conftest import Connected


def card(value: str) -> list[Json]:
    button = {
        "type": "button",
        "action_id": "ack",
        "value": value,
        "text": {"type": "plain_text", "text": "Ack"},
    }
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*Filler down* {value}"}},
        {"type": "actions", "block_id": "buttons", "elements": [button]},
    ]


def test_a_mention_reaches_the_bot_and_is_answered_in_the_thread(
    sandbox: SandboxServer, bot: Connected, maria: Person, line_2: Channel
) -> None:
    @bot.app.event("app_mention")
    def answer(event: Json, say: Say) -> None:
        say(f"Hello <@{event['user']}>", thread_ts=event["ts"])

    @bot.app.event("message")
    def ignore() -> None:
        pass

    bot.connect()
    asked = maria.says(line_2, "@andon are you there?")
    sandbox.wait_until(lambda: sandbox.workspace.thread(line_2, asked.ts))
    reply = sandbox.workspace.thread(line_2, asked.ts)[0]
    assert reply.text == f"Hello <@{maria.id}>"
    assert reply.mentions(maria.id)


def test_a_press_carries_the_value_the_person_saw(
    sandbox: SandboxServer, bot: Connected, client: WebClient, maria: Person, line_2: Channel
) -> None:
    pressed: list[Json] = []

    @bot.app.action("ack")
    def acknowledge(ack: Ack, body: Json, respond: Respond) -> None:
        ack()
        pressed.append(body)
        respond("Thanks", replace_original=False)

    @bot.app.event("message")
    def ignore() -> None:
        pass

    bot.connect()
    posted = client.chat_postMessage(channel=line_2.id, text="Filler down", blocks=card("1"))
    seen = sandbox.workspace.messages(line_2)[0]
    client.chat_update(channel=line_2.id, ts=posted["ts"], text="Filler down", blocks=card("2"))
    assert maria.presses(seen, "ack").ok
    sandbox.wait_until(lambda: maria.ephemerals(line_2))
    assert pressed[0]["actions"][0]["value"] == "1"
    assert pressed[0]["message"]["blocks"] != seen.blocks
    assert maria.ephemerals(line_2)[0].text == "Thanks"


def test_a_slash_command_opens_a_modal_that_is_submitted(
    sandbox: SandboxServer, bot: Connected, maria: Person, line_2: Channel
) -> None:
    sandbox.workspace.install(commands=["/andon"])
    submitted: list[Json] = []
    modal = {
        "type": "modal",
        "callback_id": "raise",
        "title": {"type": "plain_text", "text": "Raise"},
        "submit": {"type": "plain_text", "text": "Raise"},
        "blocks": [
            {
                "type": "input",
                "block_id": "what",
                "label": {"type": "plain_text", "text": "What"},
                "element": {"type": "plain_text_input", "action_id": "text", "min_length": 3},
            }
        ],
    }

    @bot.app.command("/andon")
    def command(ack: Ack, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=modal)
        ack("Opening")

    @bot.app.view("raise")
    def raised(ack: Ack, body: Json) -> None:
        value = body["view"]["state"]["values"]["what"]["text"]["value"]
        if value == "wrong":
            ack(response_action="errors", errors={"what": "Not that"})
            return
        submitted.append(body)
        ack()

    bot.connect()
    response = maria.types(line_2, "/andon raise")
    assert response.text == "Opening"
    view = maria.open_view
    assert view is not None
    assert maria.submits(view, {}).errors == {"what": "Please complete this required field."}
    assert maria.submits(view, {"what": {"text": "ab"}}).errors == {"what": "Enter at least 3 characters."}
    assert maria.submits(view, {"what": {"text": "wrong"}}).errors == {"what": "Not that"}
    response_to_form = maria.submits(view, {"what": {"text": "No bottles"}})
    assert response_to_form.closed
    assert maria.open_view is None
    assert submitted[0]["view"]["state"]["values"]["what"]["text"]["value"] == "No bottles"
