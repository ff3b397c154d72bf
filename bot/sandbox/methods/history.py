"""conversations.history and conversations.replies."""

from bot.sandbox.arguments import Arguments
from bot.sandbox.methods.access import channel_with_history
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.shapes import message_json
from bot.sandbox.values import Json, Message
from bot.sandbox.workspace import Workspace


def history(workspace: Workspace, args: Arguments) -> Json:
    """Top-level messages, newest first."""
    channel = channel_with_history(workspace, args)
    newest_first = _within(args, workspace.transcript.top_level(channel.id))[::-1]
    page, metadata = args.page(newest_first, usual=100, most=999)
    return _answer(workspace, args, page, metadata) | {"pin_count": len(workspace.pins.get(channel.id, []))}


def replies(workspace: Workspace, args: Arguments) -> Json:
    """The parent, then its replies, oldest first. The ts of a reply answers that reply alone."""
    channel = channel_with_history(workspace, args)
    ts = args.required("ts")
    parent = next((each for each in workspace.transcript.top_level(channel.id) if each.ts == ts), None)
    if parent is None:
        reply = workspace.transcript.find(channel.id, ts)
        if reply is None:
            raise SlackRefusal("thread_not_found")
        return _answer(workspace, args, [reply], {"next_cursor": ""})
    said = _within(args, workspace.transcript.replies(channel.id, ts))
    page, metadata = args.page(said, usual=1000, most=1000)
    return _answer(workspace, args, [parent, *page], metadata)


def _within(args: Arguments, messages: list[Message]) -> list[Message]:
    """Between `oldest` and `latest`, which count as outside unless `inclusive`."""
    oldest, latest = args.text("oldest") or "0", args.text("latest")
    if not _is_stamp(oldest):
        raise SlackRefusal("invalid_ts_oldest")
    if latest and not _is_stamp(latest):
        raise SlackRefusal("invalid_ts_latest")
    first, last = float(oldest), float(latest) if latest else float("inf")
    edges = (first, last) if args.flag("inclusive") else ()
    return [each for each in messages if first < float(each.ts) < last or float(each.ts) in edges]


def _is_stamp(value: str) -> bool:
    return value.replace(".", "", 1).isdigit()


def _answer(workspace: Workspace, args: Arguments, page: list[Message], metadata: Json) -> Json:
    with_metadata = args.flag("include_all_metadata")
    return {
        "messages": [message_json(workspace, each, with_metadata=with_metadata) for each in page],
        "has_more": bool(metadata["next_cursor"]),
        "response_metadata": metadata,
    }
