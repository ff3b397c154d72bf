"""The button that ends a suppression."""

from __future__ import annotations

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.messages.press_values import GarbledPressError
from bot.messages.suppressions import ended
from bot.services.suppressions import end_early
from handlers.context import Body, Desk, arrive, desk_of
from handlers.refusals import in_words
from handlers.telling import tell


def end_now(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
    """One press, confirmed in Slack. Acked only once it is saved."""
    words = _ended(desk_of(context), body)
    ack()
    tell(client, body, words)


def _ended(desk: Desk, body: Body) -> str:
    try:
        caller = arrive(desk, body)
        number = _suppression_of(body)
        return ended(end_early(desk.database, number, by=caller.by, plan=caller.plan, now=caller.now))
    except Exception as error:
        return in_words(error, desk)


def _suppression_of(body: Body) -> int:
    actions = body.get("actions") or [{}]
    value = str(actions[0].get("value"))
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise GarbledPressError(
            "This button is from another version of me. `/andon suppressions` finds it again."
        )
    return int(value)
