"""Events API deliveries on their way to a listener: stored, worked on, and taken up again if need be."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from slack_bolt import App, BoltContext, BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot.services import inbox
from bot.store.database import DatabaseUnavailableError
from handlers.context import Body, Desk, desk_of
from handlers.middleware import Middleware

EventListener = Callable[[Body, WebClient, BoltContext], None]

_AGAIN = "taken_up_again"

log = structlog.stdlib.get_logger(__name__)


def take_events_once(desk: Desk) -> Middleware:
    """Drop repeats. An event that cannot be stored is refused, so that Slack sends it again."""

    def take(request: BoltRequest, next_: Callable[[], BoltResponse]) -> BoltResponse:
        event_id = request.body.get("event_id")
        is_event = request.body.get("type") == "event_callback"
        if not is_event or not isinstance(event_id, str) or request.context.get(_AGAIN):
            return next_()
        try:
            news = inbox.first_time(desk.database, event_id, request.body, desk.clock.now())
        except DatabaseUnavailableError as error:
            log.warning("event refused, Slack will send it again", reason=str(error))
            return BoltResponse(status=503, body="")
        return next_() if news else BoltResponse(status=200, body="")

    return take


def settled(listener: EventListener) -> Callable[..., None]:
    """A listener whose delivery is done with when it has come to its end, and not when it raises."""

    def work(body: Body, event: Body, client: WebClient, context: BoltContext) -> None:
        listener(event, client, context)
        inbox.settle(desk_of(context).database, str(body["event_id"]))

    return work


def take_up_again(app: App, desk: Desk) -> None:
    """Work on what another process, or this one, began and did not finish; called every few seconds."""
    try:
        deliveries = inbox.unfinished(desk.database, desk.clock.now())
    except DatabaseUnavailableError as error:
        log.warning("inbox.put_off", reason=str(error))
        return
    for delivery in deliveries:
        log.warning("event.taken_up_again", event_id=delivery.event_id, attempt=delivery.attempts)
        app.dispatch(BoltRequest(mode="socket_mode", body=dict(delivery.body), context={_AGAIN: True}))
