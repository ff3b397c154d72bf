"""files.*: the three steps of an upload, and what became of it."""

from bot.sandbox import posting
from bot.sandbox.arguments import Arguments
from bot.sandbox.installation import BOT_USER_ID
from bot.sandbox.methods.access import channel_to_write
from bot.sandbox.methods.chat import read_thread
from bot.sandbox.refusals import SlackRefusal, invalid_arguments
from bot.sandbox.shapes import file_json
from bot.sandbox.values import Json, Message
from bot.sandbox.workspace import Workspace

BYTES_MOST = 1_000_000_000


def get_upload_url(workspace: Workspace, args: Arguments) -> Json:
    name = args.required("filename")
    length = args.number("length", usual=0, most=BYTES_MOST)
    if "length" not in args:
        raise invalid_arguments("missing required field: length")
    created = int(workspace.now().timestamp())
    file = workspace.shelf.reserve(name=name, length=length, user=BOT_USER_ID, created=created)
    return {"upload_url": f"{workspace.url}/upload/v1/{file.id}", "file_id": file.id}


def complete_upload(workspace: Workspace, args: Arguments) -> Json:
    wanted = args.nested("files")
    if not isinstance(wanted, list) or not wanted:
        raise invalid_arguments("missing required field: files")
    target = args.text("channel_id") or args.text("channels").split(",")[0]
    channel = channel_to_write(workspace, target) if target else None
    completed = [workspace.shelf.complete(each.get("id", ""), each.get("title")) for each in wanted]
    if channel is not None:
        posting.post(
            workspace,
            Message(
                ts=workspace.timestamp(),
                channel=channel.id,
                user=BOT_USER_ID,
                text=args.text("initial_comment"),
                thread_ts=read_thread(workspace, args, channel),
                is_bot=True,
                files=tuple(file.id for file in completed),
            ),
        )
    return {"files": [file_json(workspace, file, mimetype="") for file in completed]}


def info(workspace: Workspace, args: Arguments) -> Json:
    file = workspace.shelf.get(args.required("file"))
    if not file.completed:
        raise SlackRefusal("file_not_found")
    mimetype = workspace.shelf.mimetype_once_known(file)
    return {"file": file_json(workspace, file, mimetype=mimetype), "comments": []}
