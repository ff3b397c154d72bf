"""Buttons: of cards, of the Home tab, and those that nobody knows any more."""

from __future__ import annotations

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from bot.messages.answers import saved_in_quarantine, unknown_press
from bot.messages.blocks import Block
from bot.messages.card_actions import CANCEL, ESCALATE, MERGE, REASSIGN, SNOOZE
from bot.messages.forms.parts import notice
from bot.messages.press_values import GarbledPressError, Press
from bot.services import presses, quarantine
from bot.store.database import DatabaseUnavailableError
from handlers.context import Body, Desk, arrive, desk_of
from handlers.form_drawing import first_drawing
from handlers.raise_form import open_raise_form
from handlers.refusals import in_words
from handlers.showing import told_in_full
from handlers.telling import tell

_IN_THE_MENU = (REASSIGN, SNOOZE, ESCALATE, MERGE, CANCEL)


def acknowledge(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
    """One press: the card changes, the thread says who has it. Acked only once it is saved."""
    words = _acknowledged(desk_of(context), body)
    ack()
    tell(client, body, words)


def open_form(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
    """Contain…, Resolve… and everything in the menu ask first; nothing is saved yet."""
    ack()
    tell(client, body, _opened(desk_of(context), body, client))


def show(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
    """One exception in a dialog; its buttons stay on the card."""
    ack()
    tell(client, body, _shown(desk_of(context), body, client))


def raise_from_home(ack: Ack, body: Body, client: WebClient, context: BoltContext) -> None:
    """The empty form for a call."""
    ack()
    tell(client, body, open_raise_form(desk_of(context), body, client, typed={}))


def unknown(ack: Ack, body: Body, client: WebClient) -> None:
    """Slack shows a warning for a press that nobody acknowledges; words are better."""
    ack()
    tell(client, body, unknown_press())


def _acknowledged(desk: Desk, body: Body) -> str:
    seen = None
    try:
        press = Press.parse(_action(body).get("value"))
        seen = press.revision
        caller = arrive(desk, body)
        presses.acknowledge(
            desk.database, press.thread_id, by=caller.by, seen=seen, plan=caller.plan, now=caller.now
        )
    except Exception as error:
        return in_words(error, desk, seen=seen)
    return _unseen(desk, press.thread_id)


def _unseen(desk: Desk, number: int) -> str:
    """It is saved, but no card will show it for now; nothing to say in ordinary times."""
    try:
        there = quarantine.standing(desk.database)
    except DatabaseUnavailableError:
        return ""
    return saved_in_quarantine(number, there) if there else ""


def _opened(desk: Desk, body: Body, client: WebClient) -> str:
    seen = None
    try:
        kind, press = _wanted(_action(body))
        seen = press.revision
        view = first_drawing(arrive(desk, body), kind, press.thread_id, seen=seen)
        client.views_open(trigger_id=body["trigger_id"], view=view)
    except Exception as error:
        return in_words(error, desk, seen=seen)
    return ""


def _shown(desk: Desk, body: Body, client: WebClient) -> str:
    try:
        press = Press.parse(f"{_action(body).get('value')}:1")
        message = told_in_full(arrive(desk, body), press.thread_id)
        blocks = [block for block in message.blocks if block["type"] != "actions"]
        client.views_open(trigger_id=body["trigger_id"], view=notice(f"EX-{press.thread_id}", blocks))
    except Exception as error:
        return in_words(error, desk)
    return ""


def _wanted(action: Block) -> tuple[str, Press]:
    """Which form, about what: a button says it by its name, an option of the menu by its value."""
    if "selected_option" not in action:
        return str(action["action_id"]), Press.parse(action.get("value"))
    kind, _, value = str(action["selected_option"]["value"]).partition(":")
    if kind not in _IN_THE_MENU:
        raise GarbledPressError(unknown_press())
    return kind, Press.parse(value)


def _action(body: Body) -> Block:
    actions = body.get("actions") or [{}]
    return dict(actions[0])
