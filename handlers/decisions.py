"""Decisions: the buttons on cards, in questions to owners and on the Home tab, and the message shortcut."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient
from ulid import ULID

from bot.messages.decisions import AMEND, NOT_MOVED, reviewed
from bot.messages.forms.deciding import DECISION
from bot.messages.forms.parts import View
from bot.messages.lists import permalink
from bot.messages.press_values import GarbledPressError, Press
from bot.messages.text import MAX_TYPED, clip, plain, printable
from bot.services.decision_reviews import review
from handlers import home
from handlers.context import Body, Caller, Desk, arrive, desk_of
from handlers.decision_forms import amendment_form, form_for_thread, new_form, not_moved_form
from handlers.refusals import in_words
from handlers.telling import tell
from rules.decisions import Outcome

_FORMS: dict[str, Callable[[Caller, int], View]] = {AMEND: amendment_form, NOT_MOVED: not_moved_form}


def decide(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
    """Decide… on a card."""
    ack()
    _open(desk_of(context), body, client, lambda caller: form_for_thread(caller, _thread_of(body)))


def ask_more(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
    """Not moved… and Amend…: a form asks for the rest."""
    ack()
    form = _FORMS[str(_action(body)["action_id"])]
    _open(desk_of(context), body, client, lambda caller: form(caller, _decision_of(body)))


def moved(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
    """One press: it moved. Acked only once it is saved."""
    desk = desk_of(context)
    words = _moved(desk, body)
    ack()
    tell(client, body, words)
    home.drawn_again(desk, body, client)


def decide_from_home(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
    """The empty form."""
    ack()
    _open(desk_of(context), body, client, lambda caller: new_form(caller, {}))


def log_message(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
    """A message that says what was decided; the entry leads back to it."""
    ack()
    message, channel = body.get("message") or {}, body.get("channel") or {}
    typed = {DECISION: clip(printable(plain(str(message.get("text") or ""))).strip(), MAX_TYPED)}
    desk = desk_of(context)
    link = permalink(desk.workspace_url(), str(channel.get("id")), str(message.get("ts")))
    _open(desk, body, client, lambda caller: new_form(caller, typed, permalink=link))


def _open(desk: Desk, body: Body, client: WebClient, form: Callable[[Caller], View]) -> None:
    words = ""
    try:
        client.views_open(trigger_id=body["trigger_id"], view=form(arrive(desk, body)))
    except Exception as error:
        words = in_words(error, desk)
    tell(client, body, words)


def _moved(desk: Desk, body: Body) -> str:
    try:
        caller = arrive(desk, body)
        decision = review(
            desk.database,
            _decision_of(body),
            by=caller.by,
            outcome=Outcome.MOVED,
            said="",
            form=str(ULID()),
            plan=caller.plan,
            now=caller.now,
        )
        return reviewed(decision, caller.plan).text
    except Exception as error:
        return in_words(error, desk)


def _thread_of(body: Body) -> int:
    return Press.parse(_action(body).get("value")).thread_id


def _decision_of(body: Body) -> int:
    value = str(_action(body).get("value"))
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise GarbledPressError(
            "This button is from another version of me. `/andon decisions` finds it again."
        )
    return int(value)


def _action(body: Body) -> Body:
    actions = body.get("actions") or [{}]
    return dict(actions[0])
