"""chat.*: post, update, delete, ephemeral, permalink."""

from dataclasses import replace

from bot.sandbox import posting
from bot.sandbox.arguments import Arguments
from bot.sandbox.block_ids import with_ids
from bot.sandbox.installation import BOT_USER_ID
from bot.sandbox.limits.messages import UPDATED_TEXT_MOST, refuse_bad_blocks, refuse_bad_text
from bot.sandbox.methods.access import channel_to_write
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.shapes import message_json
from bot.sandbox.values import Channel, Json, Message
from bot.sandbox.workspace import Workspace


def post_message(workspace: Workspace, args: Arguments) -> Json:
    channel = channel_to_write(workspace, args.text("channel"))
    message = posting.post(workspace, _draft(workspace, args, channel))
    shape = message_json(workspace, message, with_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "message": shape}


def post_ephemeral(workspace: Workspace, args: Arguments) -> Json:
    channel = channel_to_write(workspace, args.text("channel"))
    user = args.required("user")
    if user not in workspace.directory.users:
        raise SlackRefusal("user_not_found")
    if user not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    message = posting.post(workspace, replace(_draft(workspace, args, channel), ephemeral_for=user))
    return {"message_ts": message.ts}


def _draft(workspace: Workspace, args: Arguments, channel: Channel) -> Message:
    blocks, text = read_content(workspace, args)
    return Message(
        ts=workspace.timestamp(),
        channel=channel.id,
        user=BOT_USER_ID,
        text=text,
        blocks=blocks,
        attachments=args.nested("attachments", malformed="invalid_attachments") or [],
        thread_ts=read_thread(workspace, args, channel),
        metadata=_metadata(workspace, args),
        is_bot=True,
    )


def read_content(workspace: Workspace, args: Arguments) -> tuple[list[Json], str]:
    """The blocks and the text of a message to be shown, refused when Slack would refuse them."""
    blocks = args.nested("blocks", malformed="invalid_blocks_format") or []
    text = args.text("text")
    if not blocks and not text.strip() and not args.values.get("attachments"):
        raise SlackRefusal("no_text")
    refuse_bad_text(text)
    return _checked(workspace, blocks), text


def _checked(workspace: Workspace, blocks: list[Json]) -> list[Json]:
    refuse_bad_blocks(
        blocks, unsupported=workspace.app.unsupported_blocks, is_picture=workspace.shelf.is_picture
    )
    return with_ids(blocks)


def read_thread(workspace: Workspace, args: Arguments, channel: Channel) -> str | None:
    """The thread that `thread_ts` names; a reply's ts names the thread of the reply."""
    thread_ts = args.text("thread_ts")
    if not thread_ts:
        return None
    parent = workspace.transcript.find(channel.id, thread_ts)
    if parent is None and not workspace.transcript.replies(channel.id, thread_ts):
        raise SlackRefusal("thread_not_found")
    return parent.thread_ts if parent and parent.thread_ts else thread_ts


def _metadata(workspace: Workspace, args: Arguments) -> Json | None:
    metadata = args.nested("metadata", malformed="invalid_metadata_format")
    if not metadata or workspace.drop_metadata:
        return None
    if not isinstance(metadata, dict) or not {"event_type", "event_payload"} <= metadata.keys():
        raise SlackRefusal("invalid_metadata_format")
    return metadata


def update(workspace: Workspace, args: Arguments) -> Json:
    message = _own_message(workspace, args, refusal="cant_update_message")
    if workspace.directory.channels[message.channel].is_archived:
        raise SlackRefusal("is_inactive")
    text = args.text("text")
    refuse_bad_text(text, most=UPDATED_TEXT_MOST)
    if not text and "blocks" not in args and "attachments" not in args:
        raise SlackRefusal("no_text")
    changed = replace(
        message,
        text=text or message.text,
        blocks=_updated_blocks(workspace, args, message),
        metadata=_metadata(workspace, args) if "metadata" in args else message.metadata,
        edited=workspace.timestamp(),
    )
    posting.change(workspace, changed)
    shape = message_json(workspace, changed, with_metadata=True)
    return {"channel": changed.channel, "ts": changed.ts, "text": changed.text, "message": shape}


def _updated_blocks(workspace: Workspace, args: Arguments, message: Message) -> list[Json]:
    """Text alone removes the blocks; neither keeps them."""
    if "blocks" not in args:
        return [] if args.text("text") else message.blocks
    blocks = args.nested("blocks", malformed="invalid_blocks_format")
    return _checked(workspace, blocks)


def delete(workspace: Workspace, args: Arguments) -> Json:
    message = _own_message(workspace, args, refusal="cant_delete_message")
    posting.delete(workspace, message)
    return {"channel": message.channel, "ts": message.ts}


def _own_message(workspace: Workspace, args: Arguments, *, refusal: str) -> Message:
    channel = workspace.directory.channel_seen_by_bot(args.text("channel"))
    message = workspace.transcript.get(channel.id, args.required("ts"))
    if message.user != BOT_USER_ID:
        raise SlackRefusal(refusal)
    return message


def get_permalink(workspace: Workspace, args: Arguments) -> Json:
    channel = workspace.directory.channel_seen_by_bot(args.required("channel"))
    message = workspace.transcript.get(channel.id, args.required("message_ts"))
    link = f"{workspace.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def schedule_message(workspace: Workspace, args: Arguments) -> Json:
    """Refused outright: with metadata Slack never posts them, so nobody may begin to rely on it."""
    del workspace, args
    raise SlackRefusal("restricted_action")
