"""Uploads in three steps, and pictures in messages."""

from urllib.request import urlopen

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.server import SandboxServer
from bot.sandbox.values import Channel
from tests.sandbox.conftest import only

PICTURE = b"\x89PNG not really"


def test_a_file_is_uploaded_posted_and_served(
    sandbox: SandboxServer, client: WebClient, line_2: Channel
) -> None:
    parent = client.chat_postMessage(channel=line_2.id, text="EX-1")["ts"]
    uploaded = client.files_upload_v2(
        filename="glide.png",
        content=PICTURE,
        title="Glide path",
        channel=line_2.id,
        thread_ts=parent,
        initial_comment="Look",
    )
    reply = only(sandbox.workspace.thread(line_2, parent))
    assert (reply.text, reply.files) == ("Look", (uploaded["file"]["id"],))
    file = client.files_info(file=uploaded["file"]["id"])["file"]
    with urlopen(file["url_private"]) as response:
        assert response.read() == PICTURE
        assert response.headers["content-type"] == "image/png"


def test_the_mimetype_is_known_only_a_moment_later(client: WebClient) -> None:
    file_id = client.files_upload_v2(filename="glide.png", content=PICTURE)["file"]["id"]
    looks = [client.files_info(file=file_id)["file"]["mimetype"] for _ in range(2)]
    assert looks == ["", "image/png"]


def test_a_file_cannot_be_posted_into_a_thread_that_is_not_there(client: WebClient, line_2: Channel) -> None:
    with pytest.raises(SlackApiError, match="thread_not_found"):
        client.files_upload_v2(filename="a.png", content=PICTURE, channel=line_2.id, thread_ts="1.000001")


def test_a_file_nobody_uploaded_is_not_found(client: WebClient) -> None:
    reserved = client.files_getUploadURLExternal(filename="glide.png", length=3)
    for file_id in ("F404", reserved["file_id"]):
        with pytest.raises(SlackApiError, match="file_not_found"):
            client.files_info(file=file_id)
        with pytest.raises(SlackApiError, match="file_not_found"):
            client.files_completeUploadExternal(files=[{"id": file_id, "title": "x"}])


def test_a_message_may_show_a_file_once_slack_knows_that_it_is_a_picture(
    client: WebClient, line_2: Channel
) -> None:
    file_id = client.files_upload_v2(filename="glide.png", content=PICTURE)["file"]["id"]
    image = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "Glide path"}
    with pytest.raises(SlackApiError, match="invalid slack file"):
        client.chat_postMessage(channel=line_2.id, text="EX-1", blocks=[image])
    client.files_info(file=file_id)
    with pytest.raises(SlackApiError, match="invalid slack file"):
        client.chat_postMessage(channel=line_2.id, text="EX-1", blocks=[image])
    assert client.files_info(file=file_id)["file"]["mimetype"] == "image/png"
    client.chat_postMessage(channel=line_2.id, text="EX-1", blocks=[image])


def test_a_text_file_is_no_picture(client: WebClient, line_2: Channel) -> None:
    file_id = client.files_upload_v2(filename="log.txt", content=b"words")["file"]["id"]
    for _ in range(2):
        client.files_info(file=file_id)
    image = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "Glide path"}
    with pytest.raises(SlackApiError, match="invalid slack file"):
        client.chat_postMessage(channel=line_2.id, text="EX-1", blocks=[image])
