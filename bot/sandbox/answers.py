"""What an app answers to a person's act: by its ack, or later through a response URL."""

from dataclasses import dataclass, field, replace
from typing import Literal

from bot.sandbox import posting
from bot.sandbox.arguments import Arguments
from bot.sandbox.block_ids import with_ids
from bot.sandbox.changes import Change
from bot.sandbox.delivery import Ack
from bot.sandbox.installation import BOT_USER_ID
from bot.sandbox.limits.views import refuse_bad_modal
from bot.sandbox.methods.chat import read_content
from bot.sandbox.methods.views import new_hash, ready_modal
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.tickets import ResponseUrl
from bot.sandbox.values import Json, Message, View
from bot.sandbox.workspace import Workspace

SHOWN = ("text", "blocks", "attachments")
TROUBLE = "We had some trouble connecting. Try again?"
ResponseAction = Literal["errors", "update", "push", "clear"]


@dataclass(frozen=True, slots=True)
class ViewResponse:
    """What a person sees after submitting. `view` is the modal now on top, None when all are closed.

    `error` is set when the app did not answer, or answered what Slack does not understand.
    """

    errors: dict[str, str] = field(default_factory=dict)
    closed: bool = False
    view: View | None = None
    action: ResponseAction | None = None
    error: str | None = None


def apply_submission(workspace: Workspace, view: View, ack: Ack) -> ViewResponse:
    """Do to the modal what the app's ack says: nothing, errors, update, push or clear."""
    if ack.error is not None:
        return ViewResponse(view=view, error=TROUBLE)
    with workspace.lock:
        try:
            response = _apply(workspace, view, ack.payload or {})
        except SlackRefusal:
            response = ViewResponse(view=view, error=TROUBLE)
    workspace.changes.tell(Change("view", audience=view.user))
    return response


def _apply(workspace: Workspace, view: View, payload: Json) -> ViewResponse:
    action = payload.get("response_action")
    screens = workspace.screens
    match action:
        case None if not payload:
            screens.close(view)
            return ViewResponse(closed=True, view=_top(workspace, view.user))
        case "errors":
            return ViewResponse(errors=_errors(view, payload), view=view, action="errors")
        case "update":
            content = refuse_bad_modal(payload.get("view"))
            ready = content | {"blocks": with_ids(content["blocks"])}
            return ViewResponse(view=screens.update(view.id, ready, new_hash(workspace)), action="update")
        case "push":
            content = ready_modal(workspace, payload.get("view"))
            return ViewResponse(view=screens.push(view.user, content, new_hash(workspace)), action="push")
        case "clear":
            screens.clear(view.user)
            return ViewResponse(closed=True, action="clear")
        case _:
            raise SlackRefusal("invalid_response_action")


def _errors(view: View, payload: Json) -> dict[str, str]:
    """Errors stand under input blocks; Slack does not show any when one names something else."""
    errors = payload.get("errors") or {}
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not errors or not set(errors) <= inputs:
        raise SlackRefusal("invalid_errors")
    return dict(errors)


def _top(workspace: Workspace, user: str) -> View | None:
    stack = workspace.screens.stack(user)
    return stack[-1] if stack else None


def answer_command(workspace: Workspace, ack: Ack, *, user: str, channel: str) -> Message | None:
    """Show the text or blocks that a slash command's ack carries."""
    if not ack.payload or not any(ack.payload.get(name) for name in SHOWN):
        return None
    with workspace.lock:
        return _say(workspace, ack.payload, user=user, channel=channel)


def answer_response_url(workspace: Workspace, key: str, body: Json) -> None:
    """Do what was posted to a response URL, or refuse it."""
    with workspace.lock:
        url = workspace.tickets.use_response_url(key)
        if body.get("delete_original"):
            posting.delete(workspace, _original(workspace, url))
        elif body.get("replace_original"):
            _replace_original(workspace, _original(workspace, url), body)
        else:
            _say(workspace, body, user=url.user, channel=url.channel)


def _original(workspace: Workspace, url: ResponseUrl) -> Message:
    found = workspace.transcript.find_for(url.user, url.channel, url.message_ts or "")
    if found is None:
        raise SlackRefusal("message_not_found")
    return found


def _replace_original(workspace: Workspace, original: Message, body: Json) -> None:
    blocks, text = read_content(workspace, Arguments(body))
    edited = replace(original, blocks=blocks, text=text, edited=workspace.timestamp())
    posting.change(workspace, edited)


def _say(workspace: Workspace, body: Json, *, user: str, channel: str) -> Message:
    blocks, text = read_content(workspace, Arguments(body))
    return posting.post(
        workspace,
        Message(
            ts=workspace.timestamp(),
            channel=channel,
            user=BOT_USER_ID,
            text=text,
            blocks=blocks,
            thread_ts=body.get("thread_ts"),
            is_bot=True,
            ephemeral_for=None if body.get("response_type") == "in_channel" else user,
        ),
    )
