"""Modals and the Home tab: opened, refused, filled in, answered, stacked, closed."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.people import Person
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Channel, Json, View
from tests.sandbox.conftest import Bot, Clock, button, modal, section, text_input


def error_of(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


class Forms:
    """A bot that opens `shown` on /form and answers its submission with `answer`."""

    def __init__(self, bot: Bot, maria: Person, line_2: Channel) -> None:
        self.bot, self.maria, self.line_2 = bot, maria, line_2
        self.shown = modal(text_input("what"))
        self.answer: dict[str, Any] = {}
        self.heard: list[Json] = []
        bot.sandbox.workspace.install(commands=["/form"])

        @bot.app.command("/form")
        def open_form(ack: Ack, body: Json, client: WebClient) -> None:
            client.views_open(trigger_id=body["trigger_id"], view=self.shown)
            ack()

        @bot.app.view("raise")
        def submitted(ack: Ack, body: Json) -> None:
            self.heard.append(body)
            ack(**self.answer)

        @bot.app.view_closed("raise")
        @bot.app.action("more")
        @bot.app.action("unit")
        def used(ack: Ack, body: Json) -> None:
            self.heard.append(body)
            ack()

        bot.connect()

    def open(self) -> View:
        assert self.maria.types(self.line_2, "/form").ok
        view = self.maria.open_view
        assert view is not None
        return view

    def trigger(self) -> str:
        """A fresh one, from a press in the open modal."""
        view = self.maria.open_view
        assert view is not None
        assert self.maria.presses(view, "more").ok
        return str(self.heard[-1]["trigger_id"])


@pytest.fixture
def forms(bot: Bot, maria: Person, line_2: Channel) -> Forms:
    return Forms(bot, maria, line_2)


def test_slacks_client_checks_before_the_bot_hears_of_it(forms: Forms, maria: Person) -> None:
    number = {"type": "number_input", "action_id": "text", "is_decimal_allowed": False, "max_value": "9"}
    forms.shown = modal(
        text_input("what", min_length=3, max_length=5),
        text_input("note") | {"optional": True},
        text_input("count") | {"element": number},
        text_input("mail") | {"element": {"type": "email_text_input", "action_id": "text"}},
        text_input("link") | {"element": {"type": "url_text_input", "action_id": "text"}},
    )
    view = forms.open()
    required = "Please complete this required field."
    assert maria.submits(view).errors == dict.fromkeys(("what", "count", "mail", "link"), required)
    wrong = {"what": "ab", "count": "10", "mail": "maria", "link": "plant.example"}
    errors = maria.submits(view, {block: {"text": value} for block, value in wrong.items()}).errors
    assert errors == {
        "what": "Enter at least 3 characters.",
        "count": "Enter a number of at most 9.",
        "mail": "Enter a valid email address.",
        "link": "Enter a valid URL.",
    }
    assert maria.submits(view, {"count": {"text": "x"}, "what": {"text": "abcdef"}}).errors["count"] == (
        "Enter a whole number."
    )
    assert forms.heard == []
    right = {"what": "abc", "count": "9", "mail": "m@plant.example", "link": "https://plant.example"}
    assert maria.submits(view, {block: {"text": value} for block, value in right.items()}).closed
    entered = forms.heard[0]["view"]["state"]["values"]
    assert entered["what"]["text"] == {"type": "plain_text_input", "value": "abc"}
    assert entered["note"]["text"] == {"type": "plain_text_input", "value": None}


def test_plain_values_become_what_the_element_says(forms: Forms, maria: Person, tom: Person) -> None:
    options = [{"text": {"type": "plain_text", "text": name.title()}, "value": name} for name in "abc"]
    elements: dict[str, Json] = {
        "static_select": {"options": options},
        "multi_static_select": {"options": options},
        "radio_buttons": {"options": options, "initial_option": options[1]},
        "checkboxes": {"options": options},
        "users_select": {},
        "multi_users_select": {},
        "conversations_select": {},
        "datepicker": {},
        "timepicker": {},
        "datetimepicker": {},
    }
    forms.shown = modal(
        *[
            text_input(kind) | {"element": {"type": kind, "action_id": "x"} | more}
            for kind, more in elements.items()
        ]
    )
    values = {
        "static_select": "a",
        "multi_static_select": ["a", "c"],
        "checkboxes": ["b"],
        "users_select": tom.id,
        "multi_users_select": [tom.id],
        "conversations_select": "C1",
        "datepicker": "2026-01-31",
        "timepicker": "23:59",
        "datetimepicker": 1_800_000_000,
    }
    assert maria.submits(forms.open(), {block: {"x": value} for block, value in values.items()}).closed
    state = {block: entry["x"] for block, entry in forms.heard[0]["view"]["state"]["values"].items()}
    assert state["static_select"]["selected_option"] == options[0]
    assert state["multi_static_select"]["selected_options"] == [options[0], options[2]]
    assert state["radio_buttons"]["selected_option"] == options[1]
    assert state["checkboxes"]["selected_options"] == [options[1]]
    assert state["users_select"]["selected_user"] == tom.id
    assert state["multi_users_select"]["selected_users"] == [tom.id]
    assert state["conversations_select"]["selected_conversation"] == "C1"
    assert state["datepicker"]["selected_date"] == "2026-01-31"
    assert state["timepicker"]["selected_time"] == "23:59"
    assert state["datetimepicker"]["selected_date_time"] == 1_800_000_000


def test_a_mistake_of_the_test_is_named(forms: Forms, maria: Person) -> None:
    view = forms.open()
    with pytest.raises(LookupError, match="The view has no input what/txt; it has what/text"):
        maria.submits(view, {"what": {"txt": "x"}})
    with pytest.raises(LookupError, match="There is no element go to use here; there is text"):
        maria.presses(view, "go")


def test_the_bot_answers_with_errors_update_push_or_clear(forms: Forms, maria: Person) -> None:
    filled = {"what": {"text": "No bottles"}}
    view = forms.open()
    forms.answer = {"response_action": "errors", "errors": {"what": "Not that"}}
    assert maria.submits(view, filled).errors == {"what": "Not that"}

    forms.answer = {"response_action": "update", "view": modal(text_input("what"), text_input("why"))}
    updated = maria.submits(view, filled).view
    assert updated is not None
    assert (updated.id, len(updated.blocks)) == (view.id, 2)
    assert updated.values["what"]["text"]["value"] == "No bottles"

    forms.answer = {"response_action": "push", "view": modal(text_input("who"))}
    pushed = maria.submits(updated, {"why": {"text": "Empty"}}).view
    assert pushed is not None
    assert [each.id for each in maria.views] == [view.id, pushed.id]

    forms.answer = {"response_action": "clear"}
    cleared = maria.submits(pushed, {"who": {"text": "Tom"}})
    assert cleared.closed
    assert maria.views == []


def test_an_answer_slack_does_not_understand_leaves_the_modal_open(forms: Forms, maria: Person) -> None:
    view = forms.open()
    for answer in (
        {"response_action": "errors", "errors": {"nowhere": "Not shown"}},
        {"response_action": "update", "view": modal(section("x" * 3001))},
        {"response_action": "dance"},
    ):
        forms.answer = answer
        response = maria.submits(view, {"what": {"text": "No bottles"}})
        assert response.error == "We had some trouble connecting. Try again?"
        assert maria.open_view is not None


def test_an_empty_ack_closes_only_the_top(forms: Forms, maria: Person) -> None:
    bottom = forms.open()
    forms.answer = {"response_action": "push", "view": modal(text_input("who"))}
    top = maria.submits(bottom, {"what": {"text": "x"}}).view
    assert top is not None
    forms.answer = {}
    response = maria.submits(top, {"who": {"text": "Tom"}})
    assert response.closed
    assert response.view == maria.open_view
    assert [view.id for view in maria.views] == [bottom.id]


def test_a_trigger_works_once_and_for_three_seconds(forms: Forms, client: WebClient, clock: Clock) -> None:
    forms.shown = modal(section("x", accessory=button("more")))
    forms.open()
    trigger = forms.trigger()
    bad = modal(section("x" * 3001))
    assert error_of(lambda: client.views_push(trigger_id=trigger, view=bad)) == "invalid_arguments"
    client.views_push(trigger_id=trigger, view=forms.shown)
    again = error_of(lambda: client.views_push(trigger_id=trigger, view=forms.shown))
    assert again == "exchanged_trigger_id"
    late = forms.trigger()
    clock.fast_forward(4)
    assert error_of(lambda: client.views_push(trigger_id=late, view=forms.shown)) == "expired_trigger_id"


def test_no_more_than_three_modals_lie_on_each_other(forms: Forms, client: WebClient) -> None:
    forms.shown = modal(section("x", accessory=button("more")))
    forms.open()
    for _ in range(2):
        client.views_push(trigger_id=forms.trigger(), view=forms.shown)
    last = forms.trigger()
    assert error_of(lambda: client.views_push(trigger_id=last, view=forms.shown)) == "push_limit_reached"


def test_a_view_is_updated_only_as_it_was_seen(forms: Forms, client: WebClient, maria: Person) -> None:
    view = forms.open()
    newer = modal(text_input("what"), section("newer"), external_id="ex-1")
    client.views_update(view_id=view.id, hash=view.hash, view=newer)
    stale = error_of(lambda: client.views_update(view_id=view.id, hash=view.hash, view=newer))
    assert stale == "hash_conflict"
    client.views_update(external_id="ex-1", view=modal(text_input("other")))
    now_open = maria.open_view
    assert now_open is not None
    maria.closes(now_open)
    assert error_of(lambda: client.views_update(view_id=view.id, view=newer)) == "not_found"


def test_an_external_id_stands_for_one_view(forms: Forms, client: WebClient) -> None:
    forms.shown = modal(section("x", accessory=button("more")), external_id="ex-1")
    forms.open()
    trigger = forms.trigger()
    error = error_of(lambda: client.views_push(trigger_id=trigger, view=forms.shown))
    assert error == "duplicate_external_id"


def test_a_press_in_a_modal_carries_what_was_entered(forms: Forms, maria: Person) -> None:
    option = {"text": {"type": "plain_text", "text": "Filler"}, "value": "filler"}
    select = {"type": "static_select", "action_id": "unit", "options": [option]}
    forms.shown = modal(section("Where", block_id="where", accessory=select), text_input("what"))
    assert maria.presses(forms.open(), "unit", selected_option="filler").ok
    body = forms.heard[-1]
    assert body["container"] == {"type": "view", "view_id": body["view"]["id"]}
    assert body["actions"][0]["selected_option"] == option
    assert body["view"]["state"]["values"]["where"]["unit"]["selected_option"] == option


def test_closing_is_told_only_when_asked_for(forms: Forms, maria: Person) -> None:
    maria.closes(forms.open())
    assert forms.heard == []
    forms.shown = modal(text_input("what"), notify_on_close=True)
    maria.closes(forms.open())
    [closed] = forms.heard
    assert closed["type"] == "view_closed"
    assert closed["is_cleared"] is False
    assert maria.open_view is None


def test_home_is_published_when_it_is_opened(sandbox: SandboxServer, bot: Bot, maria: Person) -> None:
    opened: list[Json] = []

    @bot.app.event("app_home_opened")
    def show(event: Json, client: WebClient) -> None:
        opened.append(event)
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section("Yours")]})

    bot.connect()
    assert maria.home is None
    maria.opens_home()
    sandbox.wait_until(lambda: maria.home)
    assert maria.home is not None
    assert maria.home["blocks"][0]["text"]["text"] == "Yours"
    maria.opens_home()
    sandbox.wait_until(lambda: len(opened) == 2)
    assert "view" not in opened[0]
    assert opened[1]["view"]["id"] == maria.home["id"]


def test_home_is_published_only_over_what_was_seen(client: WebClient, maria: Person) -> None:
    home = {"type": "home", "blocks": [section("x")]}
    client.views_publish(user_id=maria.id, view=home)
    error = error_of(lambda: client.views_publish(user_id=maria.id, view=home, hash="1.old"))
    assert error == "hash_conflict"
    assert maria.home is not None
    client.views_update(view_id=maria.home["id"], view={"type": "home", "blocks": [section("newer")]})
    assert maria.home["blocks"][0]["text"]["text"] == "newer"
