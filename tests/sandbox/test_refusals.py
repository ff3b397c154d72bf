"""Everything Slack says no to, in Slack's words."""

import json
from collections.abc import Callable
from urllib.request import Request, urlopen

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.sandbox.people import Person
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Channel
from tests.sandbox.conftest import card, modal, section, text_input, web_client


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def test_tokens_are_checked(sandbox: SandboxServer, client: WebClient) -> None:
    stranger = WebClient(token="xoxb-other", base_url=f"{sandbox.url}/api/", retry_handlers=[])
    nobody = WebClient(base_url=f"{sandbox.url}/api/", retry_handlers=[])
    assert refusal(stranger.auth_test) == "invalid_auth"
    assert refusal(nobody.auth_test) == "not_authed"
    sandbox.workspace.app.token_revoked = True
    assert refusal(client.auth_test) == "token_revoked"


def test_a_missing_scope_is_named(sandbox: SandboxServer, client: WebClient, line_2: Channel) -> None:
    sandbox.workspace.scopes.remove("chat:write")
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=line_2.id, text="x")
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "chat:write"
    assert "commands" in caught.value.response["provided"]


def test_private_channels_have_scopes_of_their_own(sandbox: SandboxServer, client: WebClient) -> None:
    private = sandbox.workspace.add_channel("maintenance", private=True)
    sandbox.workspace.scopes.difference_update({"groups:read", "groups:history"})
    assert refusal(lambda: client.conversations_history(channel=private.id)) == "missing_scope"
    assert refusal(lambda: client.conversations_list(types="private_channel")) == "missing_scope"


def test_where_the_bot_may_not_post(sandbox: SandboxServer, client: WebClient, line_2: Channel) -> None:
    workspace = sandbox.workspace
    outside = workspace.add_channel("line-3", bot_is_member=False)
    secret = workspace.add_channel("management", private=True, bot_is_member=False)
    archived = workspace.archive(workspace.add_channel("old-line"))

    def posting_to(channel: str) -> str:
        return refusal(lambda: client.chat_postMessage(channel=channel, text="x"))

    assert posting_to("C404") == "channel_not_found"
    assert posting_to("#nowhere") == "channel_not_found"
    assert posting_to(secret.id) == "channel_not_found"
    assert posting_to(outside.id) == "not_in_channel"
    assert posting_to(archived.id) == "is_archived"
    assert refusal(lambda: client.conversations_history(channel=outside.id)) == "not_in_channel"
    workspace.scopes.add("chat:write.public")
    assert client.chat_postMessage(channel="#line-3", text="x")["ok"]


def test_what_the_bot_may_not_post(client: WebClient, line_2: Channel) -> None:
    def posting(**arguments: object) -> str:
        return refusal(lambda: client.api_call("chat.postMessage", json={"channel": line_2.id} | arguments))

    assert posting() == "no_text"
    assert posting(text="   ") == "no_text"
    assert posting(text="x" * 40_001) == "msg_too_long"
    assert posting(text="x", thread_ts="1.000001") == "thread_not_found"
    assert posting(text="x", blocks=[section("y" * 3_000)] * 5) == "msg_blocks_too_long"
    assert posting(text="x", blocks="[{") == "invalid_blocks_format"
    assert posting(text="x", metadata={"event_type": "only"}) == "invalid_metadata_format"
    assert posting(text="x", metadata="{") == "invalid_metadata_format"


def test_only_its_own_living_messages_can_be_changed(
    sandbox: SandboxServer, client: WebClient, maria: Person, line_2: Channel
) -> None:
    hers = maria.says(line_2, "mine")
    ts = client.chat_postMessage(channel=line_2.id, text="x")["ts"]
    assert (
        refusal(lambda: client.chat_update(channel=line_2.id, ts=hers.ts, text="y")) == "cant_update_message"
    )
    assert refusal(lambda: client.chat_delete(channel=line_2.id, ts=hers.ts)) == "cant_delete_message"
    assert refusal(lambda: client.chat_update(channel=line_2.id, ts=ts, text="y" * 4_001)) == "msg_too_long"
    assert refusal(lambda: client.api_call("chat.update", json={"channel": line_2.id, "ts": ts})) == "no_text"
    client.chat_delete(channel=line_2.id, ts=ts)
    assert refusal(lambda: client.chat_update(channel=line_2.id, ts=ts, text="y")) == "message_not_found"
    assert refusal(lambda: client.chat_delete(channel=line_2.id, ts=ts)) == "message_not_found"
    assert refusal(lambda: client.conversations_replies(channel=line_2.id, ts=ts)) == "thread_not_found"


def test_a_message_in_an_archived_channel_is_frozen(
    sandbox: SandboxServer, client: WebClient, line_2: Channel
) -> None:
    ts = client.chat_postMessage(channel=line_2.id, text="x")["ts"]
    sandbox.workspace.archive(line_2)
    assert refusal(lambda: client.chat_update(channel=line_2.id, ts=ts, text="y")) == "is_inactive"


def test_people_who_cannot_be_reached(sandbox: SandboxServer, client: WebClient, line_2: Channel) -> None:
    gone = sandbox.workspace.add_user("ann", real_name="Ann Lee", email="ann@plant.example", deactivated=True)
    assert refusal(lambda: client.users_info(user="U404")) == "user_not_found"
    assert refusal(lambda: client.users_lookupByEmail(email="nobody@plant.example")) == "users_not_found"
    assert refusal(lambda: client.users_lookupByEmail(email="ann@plant.example")) == "users_not_found"
    assert refusal(lambda: client.conversations_open(users="U404")) == "user_not_found"
    assert refusal(lambda: client.conversations_open(users=gone.id)) == "user_disabled"
    assert refusal(lambda: client.chat_postMessage(channel=gone.id, text="x")) == "channel_not_found"
    assert (
        refusal(lambda: client.chat_postEphemeral(channel=line_2.id, user=gone.id, text="x"))
        == "user_not_in_channel"
    )


def test_marks_are_put_once(client: WebClient, line_2: Channel) -> None:
    ts = client.chat_postMessage(channel=line_2.id, text="x")["ts"]
    client.reactions_add(channel=line_2.id, timestamp=ts, name="eyes")
    client.pins_add(channel=line_2.id, timestamp=ts)
    again = refusal(lambda: client.reactions_add(channel=line_2.id, timestamp=ts, name="eyes"))
    other = refusal(lambda: client.reactions_remove(channel=line_2.id, timestamp=ts, name="wave"))
    pinned = refusal(lambda: client.pins_add(channel=line_2.id, timestamp=ts))
    assert (again, other, pinned) == ("already_reacted", "no_reaction", "already_pinned")


def test_channel_names_and_types_are_checked(sandbox: SandboxServer, client: WebClient) -> None:
    assert refusal(lambda: client.conversations_join(channel="C404")) == "missing_scope"
    sandbox.workspace.scopes.update({"channels:manage", "channels:join"})
    assert refusal(lambda: client.conversations_create(name="line-2")) == "name_taken"
    assert refusal(lambda: client.conversations_create(name="Line 2")) == "invalid_name_specials"
    assert refusal(lambda: client.conversations_list(types="secret")) == "invalid_types"
    assert refusal(lambda: client.conversations_list(cursor="!")) == "invalid_cursor"


def test_scheduled_messages_and_unknown_methods_are_refused(client: WebClient, line_2: Channel) -> None:
    later = refusal(lambda: client.chat_scheduleMessage(channel=line_2.id, post_at=2_000_000_000, text="x"))
    assert later == "restricted_action"
    assert refusal(lambda: client.api_call("chat.everything")) == "unknown_method"


def test_missing_arguments_are_named(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.api_call("users.info")
    assert caught.value.response["error"] == "invalid_arguments"
    assert caught.value.response["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]


def test_a_body_that_is_no_json_object_is_refused(sandbox: SandboxServer) -> None:
    def answer(body: str) -> object:
        request = Request(f"{sandbox.url}/api/auth.test", body.encode(), {"Content-Type": "application/json"})
        with urlopen(request) as response:
            return json.load(response)["error"]

    assert answer("{") == "invalid_json"
    assert answer("[]") == "json_not_object"


def test_invalid_blocks_say_where(client: WebClient, line_2: Channel) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=line_2.id, text="x", blocks=[section("y" * 3_001)])
    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


def test_a_block_type_can_be_switched_off(sandbox: SandboxServer, client: WebClient, line_2: Channel) -> None:
    sandbox.workspace.app.unsupported_blocks.add("section")
    assert (
        refusal(lambda: client.chat_postMessage(channel=line_2.id, text="x", blocks=card("1")))
        == "invalid_blocks"
    )


def test_views_without_a_living_trigger_are_refused(sandbox: SandboxServer, client: WebClient) -> None:
    view = modal(text_input("what"))
    assert refusal(lambda: client.views_open(trigger_id="1.2.abc", view=view)) == "invalid_trigger_id"
    assert refusal(lambda: client.views_update(view_id="V404", view=view)) == "not_found"
    assert refusal(lambda: client.views_publish(user_id="U404", view={"type": "home", "blocks": []})) == (
        "user_not_found"
    )
    assert refusal(lambda: client.api_call("views.update", json={"view": view})) == "invalid_arguments"


def test_home_is_refused_where_the_app_has_none_and_to_whoever_left(
    sandbox: SandboxServer, client: WebClient, maria: Person
) -> None:
    home = {"type": "home", "blocks": []}
    sandbox.workspace.app.home_tab_enabled = False
    assert refusal(lambda: client.views_publish(user_id=maria.id, view=home)) == "not_enabled"
    sandbox.workspace.deactivate(maria.user)
    assert refusal(lambda: client.views_publish(user_id=maria.id, view=home)) == "user_not_found"


def test_people_are_refused_too(sandbox: SandboxServer, maria: Person) -> None:
    secret = sandbox.workspace.add_channel("management", private=True, members=["tom"])
    old = sandbox.workspace.archive(sandbox.workspace.add_channel("old-line"))
    with pytest.raises(SlackRefusal, match="channel_not_found"):
        maria.says(secret, "May I?")
    with pytest.raises(SlackRefusal, match="is_archived"):
        maria.says(old, "Anybody?")


def test_a_response_url_ends_after_five_uses(
    sandbox: SandboxServer, client: WebClient, maria: Person, line_2: Channel
) -> None:
    key = sandbox.workspace.tickets.response_url(user=maria.id, channel=line_2.id)
    webhook = WebhookClient(f"{sandbox.url}/response/T0ANDON01/{key}", retry_handlers=[])
    statuses = [webhook.send(text="x").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [404]
    assert web_client(sandbox).auth_test()["ok"]
