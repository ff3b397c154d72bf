"""The Home tab."""

from __future__ import annotations

import structlog
from slack_bolt import BoltContext
from slack_sdk import WebClient

from bot.messages.blocks import Block
from bot.messages.home import home, stranger_home
from bot.messages.text import outside
from bot.services import boards
from bot.services.people import UnknownPersonError
from handlers.context import Body, Caller, Desk, arrive, desk_of
from handlers.showing import lines_of

log = structlog.stdlib.get_logger(__name__)


def opened(event: Body, client: WebClient, context: BoltContext) -> None:
    """Somebody looks at it: drawn anew each time."""
    if event.get("tab") != "home":
        return
    try:
        client.views_publish(user_id=str(event["user"]), view=_view(desk_of(context), event))
    except Exception as error:
        log.warning("home not drawn", error=type(error).__name__, reason=str(error))


def _view(desk: Desk, event: Body) -> Block:
    try:
        return _of(arrive(desk, event))
    except UnknownPersonError as error:
        return stranger_home(outside(str(error), 500))


def _of(caller: Caller) -> Block:
    mine = boards.open_threads(caller.database, owner=caller.by)
    return home(lines_of(caller, mine.threads), total=mine.total, people=caller.plan, now=caller.now)
