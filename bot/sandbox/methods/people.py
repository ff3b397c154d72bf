"""users.* and usergroups.*"""

from bot.sandbox.arguments import Arguments
from bot.sandbox.installation import TEAM_ID
from bot.sandbox.methods.access import require_scope
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.shapes import user_json
from bot.sandbox.values import Json, UserGroup
from bot.sandbox.workspace import Workspace


def list_users(workspace: Workspace, args: Arguments) -> Json:
    page, metadata = args.page(list(workspace.directory.users.values()), usual=200, most=1000)
    return {"members": [user_json(workspace, user) for user in page], "response_metadata": metadata}


def info(workspace: Workspace, args: Arguments) -> Json:
    user = workspace.directory.users.get(args.required("user"))
    if user is None:
        raise SlackRefusal("user_not_found")
    return {"user": user_json(workspace, user)}


def lookup_by_email(workspace: Workspace, args: Arguments) -> Json:
    require_scope(workspace, "users:read.email")
    return {"user": user_json(workspace, workspace.directory.user_by_email(args.required("email")))}


def list_usergroups(workspace: Workspace, args: Arguments) -> Json:
    with_users = args.flag("include_users")
    groups = workspace.directory.usergroups.values()
    return {"usergroups": [_usergroup_json(group, with_users=with_users) for group in groups]}


def list_usergroup_users(workspace: Workspace, args: Arguments) -> Json:
    group = workspace.directory.usergroups.get(args.required("usergroup"))
    if group is None:
        raise SlackRefusal("no_such_subteam")
    return {"users": list(group.users)}


def _usergroup_json(group: UserGroup, *, with_users: bool) -> Json:
    shape: Json = {
        "id": group.id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "user_count": len(group.users),
        "date_delete": 0,
    }
    return shape | {"users": list(group.users)} if with_users else shape
