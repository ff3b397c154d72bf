"""Before every listener: the desk is laid, and an event that Slack delivers again is dropped.

Slack takes an Events API delivery for done before its listener has run, so it is stored first.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from slack_bolt import BoltContext, BoltRequest, BoltResponse

from bot.services.inbox import first_time
from bot.store.database import DatabaseUnavailableError
from handlers.context import DESK, Desk

log = structlog.stdlib.get_logger(__name__)

Middleware = Callable[..., BoltResponse]
"""Bolt hands over what its parameters are named after."""


def lay_desk(desk: Desk) -> Middleware:
    """Every listener finds the desk in its context."""

    def lay(context: BoltContext, next_: Callable[[], BoltResponse]) -> BoltResponse:
        context[DESK] = desk
        return next_()

    return lay


def take_events_once(desk: Desk) -> Middleware:
    """Drop repeats. An event that cannot be stored is refused, so that Slack sends it again."""

    def take(request: BoltRequest, next_: Callable[[], BoltResponse]) -> BoltResponse:
        event_id = request.body.get("event_id")
        if request.body.get("type") != "event_callback" or not isinstance(event_id, str):
            return next_()
        try:
            news = first_time(desk.database, event_id, desk.clock.now())
        except DatabaseUnavailableError as error:
            log.warning("event refused, Slack will send it again", reason=str(error))
            return BoltResponse(status=503, body="")
        return next_() if news else BoltResponse(status=200, body="")

    return take
