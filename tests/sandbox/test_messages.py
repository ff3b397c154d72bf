"""Messages through the real WebClient: post, update, read back in pages, mark, delete."""

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.people import Person
from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Channel
from tests.sandbox.conftest import Clock, button, card, only, section, web_client

MARK = {"event_type": "outbox", "event_payload": {"id": "01J"}}


def test_history_comes_newest_first_and_in_pages(client: WebClient, line_2: Channel) -> None:
    for number in range(5):
        client.chat_postMessage(channel=line_2.id, text=str(number))
    pages = [
        [message["text"] for message in page["messages"]]
        for page in client.conversations_history(channel=line_2.id, limit=2)
    ]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]


def test_history_keeps_to_the_time_asked_for(client: WebClient, line_2: Channel) -> None:
    stamps = [client.chat_postMessage(channel=line_2.id, text=str(number))["ts"] for number in range(4)]

    def texts(*, inclusive: bool) -> list[str]:
        answer = client.conversations_history(
            channel=line_2.id, oldest=stamps[0], latest=stamps[2], inclusive=inclusive
        )
        return [message["text"] for message in answer["messages"]]

    assert texts(inclusive=False) == ["1"]
    assert texts(inclusive=True) == ["2", "1", "0"]


def test_replies_come_oldest_first_behind_their_parent(client: WebClient, line_2: Channel) -> None:
    parent = client.chat_postMessage(channel=line_2.id, text="EX-1")["ts"]
    for text in ("opened", "escalated", "acknowledged"):
        client.chat_postMessage(channel=line_2.id, thread_ts=parent, text=text)
    pages = [
        [message["text"] for message in page["messages"]]
        for page in client.conversations_replies(channel=line_2.id, ts=parent, limit=2)
    ]
    assert pages == [["EX-1", "opened", "escalated"], ["EX-1", "acknowledged"]]
    shown = client.conversations_history(channel=line_2.id)["messages"]
    assert [(message["text"], message["reply_count"]) for message in shown] == [("EX-1", 3)]


def test_a_reply_to_a_reply_lands_in_the_same_thread(
    sandbox: SandboxServer, client: WebClient, line_2: Channel
) -> None:
    parent = client.chat_postMessage(channel=line_2.id, text="EX-1")["ts"]
    reply = client.chat_postMessage(channel=line_2.id, thread_ts=parent, text="one")["ts"]
    client.chat_postMessage(channel=line_2.id, thread_ts=reply, text="two")
    assert [each.text for each in sandbox.workspace.thread(line_2, parent)] == ["one", "two"]


def test_a_deleted_parent_stays_as_a_tombstone_while_it_has_replies(
    sandbox: SandboxServer, client: WebClient, line_2: Channel
) -> None:
    alone = client.chat_postMessage(channel=line_2.id, text="alone")["ts"]
    parent = client.chat_postMessage(channel=line_2.id, text="parent")["ts"]
    client.chat_postMessage(channel=line_2.id, thread_ts=parent, text="reply")
    client.chat_delete(channel=line_2.id, ts=alone)
    client.chat_delete(channel=line_2.id, ts=parent)
    shown = client.conversations_history(channel=line_2.id)["messages"]
    assert [message["subtype"] for message in shown] == ["tombstone"]
    assert sandbox.workspace.messages(line_2) == []


def test_updating_text_alone_removes_the_blocks(
    sandbox: SandboxServer, client: WebClient, line_2: Channel
) -> None:
    ts = client.chat_postMessage(channel=line_2.id, text="Filler down", blocks=card("1"), metadata=MARK)["ts"]
    # Not by chat_update(), which warns when there is no text.
    client.api_call("chat.update", json={"channel": line_2.id, "ts": ts, "blocks": card("2")})
    kept = only(sandbox.workspace.messages(line_2))
    assert (kept.text, kept.blocks[1]["elements"][0]["value"], kept.metadata) == ("Filler down", "2", MARK)
    client.chat_update(channel=line_2.id, ts=ts, text="Filler runs")
    changed = only(sandbox.workspace.messages(line_2))
    assert (changed.text, changed.blocks) == ("Filler runs", [])
    assert changed.edited is not None


def test_metadata_is_read_only_when_asked_for_and_allowed(
    sandbox: SandboxServer, client: WebClient, line_2: Channel
) -> None:
    client.chat_postMessage(channel=line_2.id, text="marked", metadata=MARK)

    def read(*, include: bool) -> object:
        history = client.conversations_history(channel=line_2.id, include_all_metadata=include)
        return history["messages"][0].get("metadata")

    assert read(include=False) is None
    assert read(include=True) == MARK
    sandbox.workspace.scopes.remove("metadata.message:read")
    assert read(include=True) is None


def test_a_lesser_server_drops_metadata_and_knows_few_methods(clock: Clock) -> None:
    sandbox = SandboxServer(now=clock, drop_metadata=True, only_methods=["auth.test", "chat.*"])
    channel = sandbox.workspace.add_channel("line-2", members=[])
    sandbox.start()
    client = web_client(sandbox)
    try:
        client.chat_postMessage(channel=channel.id, text="marked", metadata=MARK)
        assert only(sandbox.workspace.messages(channel)).metadata is None
        with pytest.raises(SlackApiError, match="unknown_method"):
            client.reactions_add(channel=channel.id, timestamp="1.0", name="eyes")
    finally:
        sandbox.stop()


def test_blocks_and_elements_without_ids_get_some(
    sandbox: SandboxServer, client: WebClient, line_2: Channel
) -> None:
    nameless = {name: value for name, value in button("go").items() if name != "action_id"}
    client.chat_postMessage(
        channel=line_2.id, text="t", blocks=[section("x", accessory=nameless), section("y")]
    )
    blocks = only(sandbox.workspace.messages(line_2)).blocks
    assert len({block["block_id"] for block in blocks}) == 2
    assert blocks[0]["accessory"]["action_id"]


def test_a_user_id_as_channel_posts_a_direct_message(
    sandbox: SandboxServer, client: WebClient, maria: Person
) -> None:
    posted = client.chat_postMessage(channel=maria.id, text="For you")
    opened = client.conversations_open(users=maria.id)
    assert posted["channel"] == opened["channel"]["id"]
    assert only(sandbox.workspace.messages(posted["channel"])).text == "For you"
    assert maria.unread("@andon") == 1
    maria.reads("@andon")
    assert maria.unread("@andon") == 0


def test_a_permalink_leads_to_the_message_on_the_page(client: WebClient, line_2: Channel) -> None:
    parent = client.chat_postMessage(channel=line_2.id, text="EX-1")["ts"]
    reply = client.chat_postMessage(channel=line_2.id, thread_ts=parent, text="opened")["ts"]
    link = client.chat_getPermalink(channel=line_2.id, message_ts=reply)["permalink"]
    assert link.endswith(f"/p{reply.replace('.', '')}?thread_ts={parent}&cid={line_2.id}")


def test_reactions_pins_and_bookmarks_stay_where_they_are_put(
    sandbox: SandboxServer, client: WebClient, line_2: Channel
) -> None:
    sandbox.workspace.scopes.update({"reactions:read", "bookmarks:read"})
    ts = client.chat_postMessage(channel=line_2.id, text="EX-1")["ts"]
    client.reactions_add(channel=line_2.id, timestamp=ts, name="eyes")
    reactions = client.reactions_get(channel=line_2.id, timestamp=ts)["message"]["reactions"]
    assert [reaction["name"] for reaction in reactions] == ["eyes"]
    client.reactions_remove(channel=line_2.id, timestamp=ts, name="eyes")
    assert "reactions" not in client.reactions_get(channel=line_2.id, timestamp=ts)["message"]
    client.pins_add(channel=line_2.id, timestamp=ts)
    assert client.conversations_history(channel=line_2.id)["pin_count"] == 1
    client.bookmarks_add(channel_id=line_2.id, title="Board", type="link", link="https://plant.example")
    assert [each["title"] for each in client.bookmarks_list(channel_id=line_2.id)["bookmarks"]] == ["Board"]


def test_people_and_groups_are_found(sandbox: SandboxServer, client: WebClient, maria: Person) -> None:
    sandbox.workspace.add_usergroup("shift-leads", name="Shift leads", members=["maria"])
    assert client.users_lookupByEmail(email="maria@plant.example")["user"]["id"] == maria.id
    assert client.users_info(user=maria.id)["user"]["profile"]["email"] == "maria@plant.example"
    names = [user["name"] for page in client.users_list(limit=2) for user in page["members"]]
    assert names == ["andon", "maria", "tom"]
    [group] = client.usergroups_list(include_users=True)["usergroups"]
    assert group["users"] == [maria.id]
    assert client.usergroups_users_list(usergroup=group["id"])["users"] == [maria.id]


def test_without_its_scope_the_email_address_is_missing(
    sandbox: SandboxServer, client: WebClient, maria: Person
) -> None:
    sandbox.workspace.scopes.remove("users:read.email")
    assert "email" not in client.users_info(user=maria.id)["user"]["profile"]


def test_channels_are_listed_as_the_bot_may_see_them(sandbox: SandboxServer, client: WebClient) -> None:
    workspace = sandbox.workspace
    workspace.add_channel("management", private=True, bot_is_member=False)
    workspace.add_channel("maintenance", private=True)
    workspace.archive(workspace.add_channel("old-line"))
    listed = client.conversations_list(types="public_channel,private_channel", exclude_archived=True)
    assert [channel["name"] for channel in listed["channels"]] == ["line-2", "maintenance"]
    assert client.conversations_info(channel=workspace.channel("old-line").id)["channel"]["is_archived"]


def test_a_bot_with_the_scopes_makes_joins_and_archives_channels(
    sandbox: SandboxServer, client: WebClient
) -> None:
    sandbox.workspace.scopes.update({"channels:manage", "channels:join"})
    made = client.conversations_create(name="ex-1")["channel"]["id"]
    assert client.conversations_members(channel=made)["members"] == [client.auth_test()["user_id"]]
    other = sandbox.workspace.add_channel("line-3", bot_is_member=False)
    client.conversations_join(channel=other.id)
    client.conversations_archive(channel=made)
    assert sandbox.workspace.channel("ex-1").is_archived


def test_the_scopes_stand_in_the_headers(sandbox: SandboxServer, client: WebClient) -> None:
    headers = {name.lower(): value for name, value in client.auth_test().headers.items()}
    assert headers["x-oauth-scopes"].split(",") == sorted(sandbox.workspace.scopes)


def test_every_ts_is_later_than_the_last_even_when_the_clock_stands(sandbox: SandboxServer) -> None:
    moment = sandbox.workspace.now()
    sandbox.workspace.now = lambda: moment
    stamps = [sandbox.workspace.timestamp() for _ in range(100)]
    assert stamps == sorted(set(stamps))


def test_a_mention_in_the_text_counts_only_without_blocks(
    sandbox: SandboxServer, client: WebClient, maria: Person, line_2: Channel
) -> None:
    client.chat_postMessage(channel=line_2.id, text=f"<@{maria.id}>", blocks=[section("nobody named")])
    client.chat_postMessage(channel=line_2.id, text="nobody", blocks=[section(f"<@{maria.id}> come")])
    first, second = sandbox.workspace.messages(line_2)
    assert not first.mentions(maria.id)
    assert second.mentions(maria.id)
