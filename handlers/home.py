"""The Home tab: drawn at once when somebody opens it or presses on it, and by the relay from then on."""

from __future__ import annotations

import structlog
from slack_bolt import BoltContext
from slack_sdk import WebClient

from bot.messages.blocks import Block
from bot.messages.home import stranger_home
from bot.messages.text import ours
from bot.services import homes
from bot.services.people import UnknownPersonError
from bot.store.database import DatabaseUnavailableError
from handlers.context import Body, Caller, Desk, arrive, desk_of, slack_user

log = structlog.stdlib.get_logger(__name__)


def opened(event: Body, client: WebClient, context: BoltContext) -> None:
    """Somebody looks at it."""
    if event.get("tab") == "home":
        _draw(desk_of(context), event, client)


def drawn_again(desk: Desk, body: Body, client: WebClient) -> None:
    """After a press on the Home tab, which would otherwise go on showing for a moment what is done."""
    if (body.get("view") or {}).get("type") == "home":
        _draw(desk, body, client)


def _draw(desk: Desk, body: Body, client: WebClient) -> None:
    try:
        caller = arrive(desk, body)
    except UnknownPersonError as error:
        _publish(client, slack_user(body), stranger_home(ours(str(error))))
        return
    try:
        view = _view(caller)
        is_shown = _publish(client, slack_user(body), view)
        homes.opened(caller.database, caller.by, view if is_shown else None, plan=caller.plan, now=caller.now)
    except DatabaseUnavailableError as error:
        log.warning("home.not_kept", person=caller.by, reason=str(error))


def _view(caller: Caller) -> Block:
    url = caller.desk.workspace_url()
    return homes.home_of(caller.database, caller.by, plan=caller.plan, now=caller.now, workspace_url=url)


def _publish(client: WebClient, user_id: str, view: Block) -> bool:
    """Whether Slack shows it. What fails for somebody of the plan is tried again from the outbox."""
    try:
        client.views_publish(user_id=user_id, view=view)
    except Exception as error:
        log.warning("home.not_drawn", error=type(error).__name__, reason=str(error))
        return False
    return True
