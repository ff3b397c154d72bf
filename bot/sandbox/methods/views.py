"""views.open, views.push, views.update and views.publish."""

from secrets import token_hex

from bot.sandbox.arguments import Arguments
from bot.sandbox.block_ids import with_ids
from bot.sandbox.changes import Change, ChangeKind
from bot.sandbox.limits.views import refuse_bad_home, refuse_bad_modal
from bot.sandbox.refusals import SlackRefusal, invalid_arguments
from bot.sandbox.shapes import view_json
from bot.sandbox.values import Json, View
from bot.sandbox.workspace import Workspace


def open_modal(workspace: Workspace, args: Arguments) -> Json:
    trigger = workspace.tickets.valid_trigger(args.required("trigger_id"))
    content = ready_modal(workspace, args.nested("view"))
    workspace.tickets.exchange(args.text("trigger_id"))
    return _shown(workspace, workspace.screens.open(trigger.user, content, new_hash(workspace)))


def push(workspace: Workspace, args: Arguments) -> Json:
    trigger = workspace.tickets.valid_trigger(args.required("trigger_id"))
    content = ready_modal(workspace, args.nested("view"))
    view = workspace.screens.push(trigger.user, content, new_hash(workspace))
    workspace.tickets.exchange(args.text("trigger_id"))
    return _shown(workspace, view)


def update(workspace: Workspace, args: Arguments) -> Json:
    view = _named(workspace, args)
    if "hash" in args and args.text("hash") != view.hash:
        raise SlackRefusal("hash_conflict")
    refuse_bad = refuse_bad_home if view.content["type"] == "home" else refuse_bad_modal
    content = refuse_bad(args.nested("view"))
    _refuse_taken_external_id(workspace, content, besides=view)
    ready = content | {"blocks": with_ids(content["blocks"])}
    return _shown(workspace, workspace.screens.update(view.id, ready, new_hash(workspace)))


def publish(workspace: Workspace, args: Arguments) -> Json:
    user_id = args.required("user_id")
    user = workspace.directory.users.get(user_id)
    if user is None or user.deactivated:
        raise SlackRefusal("user_not_found")
    if not workspace.app.home_tab_enabled:
        raise SlackRefusal("not_enabled")
    shown = workspace.screens.home(user_id)
    if "hash" in args and shown is not None and args.text("hash") != shown.hash:
        raise SlackRefusal("hash_conflict")
    content = refuse_bad_home(args.nested("view"))
    ready = content | {"blocks": with_ids(content["blocks"])}
    view = workspace.screens.publish(user_id, ready, new_hash(workspace))
    workspace.changes.tell(Change("home", audience=user_id))
    return {"view": view_json(view)}


def ready_modal(workspace: Workspace, view: object) -> Json:
    """A modal as it will be shown: refused when Slack refuses it, with every id filled in."""
    content = refuse_bad_modal(view)
    _refuse_taken_external_id(workspace, content, besides=None)
    return content | {"blocks": with_ids(content["blocks"])}


def new_hash(workspace: Workspace) -> str:
    return f"{int(workspace.now().timestamp())}.{token_hex(4)}"


def _named(workspace: Workspace, args: Arguments) -> View:
    if "view_id" in args:
        return workspace.screens.get(args.text("view_id"))
    if "external_id" in args:
        return workspace.screens.by_external_id(args.text("external_id"))
    raise invalid_arguments("missing required field: view_id or external_id")


def _refuse_taken_external_id(workspace: Workspace, content: Json, *, besides: View | None) -> None:
    external_id = content.get("external_id")
    if not external_id:
        return
    try:
        holder = workspace.screens.by_external_id(external_id)
    except SlackRefusal:
        return
    if besides is None or holder.id != besides.id:
        raise SlackRefusal("duplicate_external_id")


def _shown(workspace: Workspace, view: View) -> Json:
    kind: ChangeKind = "home" if view.content["type"] == "home" else "view"
    workspace.changes.tell(Change(kind, audience=view.user))
    return {"view": view_json(view)}
