"""The Home tab."""

from __future__ import annotations

import structlog
from slack_bolt import BoltContext
from slack_sdk import WebClient

from bot.messages.blocks import Block
from bot.messages.decisions import due_on_home
from bot.messages.digests import sessions_on_home
from bot.messages.home import home, stranger_home
from bot.messages.text import outside
from bot.services import boards, decision_log, digests
from bot.services.decision_log import SOON
from bot.services.people import UnknownPersonError
from handlers.context import Body, Caller, Desk, arrive, desk_of, slack_user
from handlers.showing import lines_of

log = structlog.stdlib.get_logger(__name__)


def opened(event: Body, client: WebClient, context: BoltContext) -> None:
    """Somebody looks at it: drawn anew each time."""
    if event.get("tab") == "home":
        _publish(desk_of(context), event, client)


def drawn_again(desk: Desk, body: Body, client: WebClient) -> None:
    """After a press on the Home tab, which would otherwise go on showing what is done."""
    if (body.get("view") or {}).get("type") == "home":
        _publish(desk, body, client)


def _publish(desk: Desk, body: Body, client: WebClient) -> None:
    try:
        client.views_publish(user_id=slack_user(body), view=_view(desk, body))
    except Exception as error:
        log.warning("home not drawn", error=type(error).__name__, reason=str(error))


def _view(desk: Desk, event: Body) -> Block:
    try:
        return _of(arrive(desk, event))
    except UnknownPersonError as error:
        return stranger_home(outside(str(error), 500))


def _of(caller: Caller) -> Block:
    mine = boards.open_threads(caller.database, owner=caller.by)
    return home(
        lines_of(caller, mine.threads),
        total=mine.total,
        people=caller.plan,
        now=caller.now,
        sections=[_decisions_due(caller), _sessions(caller)],
    )


def _decisions_due(caller: Caller) -> list[Block]:
    due = decision_log.due(caller.database, until=caller.now + SOON, person=caller.by)
    return due_on_home(due.decisions, total=due.total, terms=caller.plan, now=caller.now)


def _sessions(caller: Caller) -> list[Block]:
    return sessions_on_home(digests.upcoming_for(caller.database, caller.plan, caller.by))
