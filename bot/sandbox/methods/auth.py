"""auth.test, api.test and apps.connections.open."""

from bot.sandbox.arguments import Arguments
from bot.sandbox.installation import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID
from bot.sandbox.values import Json
from bot.sandbox.workspace import Workspace


def auth_test(workspace: Workspace, args: Arguments) -> Json:
    del args
    return {
        "url": f"{workspace.url}/",
        "team": "Andon Works",
        "user": workspace.directory.users[BOT_USER_ID].name,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def api_test(workspace: Workspace, args: Arguments) -> Json:
    del workspace
    return {"args": args.values}


def connections_open(workspace: Workspace, args: Arguments) -> Json:
    del args
    address = workspace.url.replace("http://", "ws://", 1)
    return {"url": f"{address}/link/?ticket={workspace.tickets.socket()}&app_id={APP_ID}"}
