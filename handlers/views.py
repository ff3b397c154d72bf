"""Forms that come back. What was typed is never lost: a stale form is shown again with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, BoltContext

from bot.messages.blocks import Block, section
from bot.messages.forms.deciding import LOG
from bot.messages.forms.parts import View, notice
from bot.messages.forms.progress import answer_field
from bot.messages.forms.raising import raised_notice
from bot.messages.forms.ticket import Ticket
from bot.messages.text import quoted, unescape
from bot.services.raising import raise_call
from handlers.context import Body, Caller, Desk, arrive, desk_of
from handlers.decision_forms import log_decision, say_not_moved
from handlers.form_drawing import drawn_again
from handlers.refusals import in_words
from handlers.submissions import SUBMISSIONS, FieldError, call_in, typed_in
from rules.decisions import DecisionError
from rules.lifecycle import IncompleteResolutionError, LifecycleError, StaleRevisionError

Reply = dict[str, Any]
"""How Slack is to go on with the form; an empty one closes it."""

_NEEDED = "This is needed before it counts as done."


def submit(ack: Ack, body: Body, view: Block, context: BoltContext) -> None:
    """A form about a thread: saved and closed, or answered in the form itself."""
    ack(**_submitted(desk_of(context), body, view))


def submit_call(ack: Ack, body: Body, view: Block, context: BoltContext) -> None:
    """A call for help: recorded, and told what became of it."""
    ack(**_answered(desk_of(context), body, view, _call))


def submit_decision(ack: Ack, body: Body, view: Block, context: BoltContext) -> None:
    """A decision, or what became of one: recorded, and told what happens next."""
    work = log_decision if view["callback_id"] == LOG else say_not_moved
    ack(**_answered(desk_of(context), body, view, work))


def unknown(ack: Ack) -> None:
    """A form of an older version."""
    words = "This form is from an older version of me; nothing was saved. Please open it again."
    ack(response_action="update", view=notice("Not saved", [section(words)]))


def _submitted(desk: Desk, body: Body, view: Block) -> Reply:
    typed = typed_in(view)
    seen = None
    try:
        ticket = Ticket.parse(view["private_metadata"])
        seen = ticket.revision
        caller = arrive(desk, body)
        try:
            SUBMISSIONS[view["callback_id"]](caller, ticket, typed)
        except StaleRevisionError as error:
            again = drawn_again(caller, view["callback_id"], error.thread, form=ticket.form, typed=typed)
            return {"response_action": "update", "view": again}
    except Exception as error:
        return _refused(error, desk, view, typed, seen=seen)
    return {}


def _answered(
    desk: Desk, body: Body, view: Block, work: Callable[[Caller, Ticket, dict[str, str]], View]
) -> Reply:
    """Something new: the form makes way for what became of it."""
    typed = typed_in(view)
    try:
        ticket = Ticket.parse(view["private_metadata"])
        return {"response_action": "update", "view": work(arrive(desk, body), ticket, typed)}
    except Exception as error:
        return _refused(error, desk, view, typed)


def _call(caller: Caller, ticket: Ticket, typed: dict[str, str]) -> View:
    call = call_in(typed)
    became = raise_call(
        caller.database, **call, by=caller.by, form=ticket.form, plan=caller.plan, now=caller.now
    )
    return raised_notice(became.words, caller.plan.index.place(call["where"]).name)


def _refused(
    error: Exception, desk: Desk, view: Block, typed: dict[str, str], *, seen: int | None = None
) -> Reply:
    """Beside the field where that can be said; the form stays open and keeps its text."""
    match error:
        case FieldError():
            return _beside(error.field, words=str(error))
        case IncompleteResolutionError():
            return _beside(*map(answer_field, error.missing), words=_NEEDED)
        case LifecycleError():
            return _closing(in_words(error, desk, seen=seen), typed)
        case DecisionError():
            return _closing(in_words(error, desk), typed)
    return _beside(_first_field(view), words=unescape(in_words(error, desk)))


def _closing(words: str, typed: dict[str, str]) -> Reply:
    """The thread has moved on for good; what was typed is shown once more, so that it can be copied."""
    kept = [section(f"You had typed: {quoted(text, 500)}") for text in typed.values() if " " in text]
    return {"response_action": "update", "view": notice("Not saved", [section(words), *kept])}


def _beside(*fields: str, words: str) -> Reply:
    return {"response_action": "errors", "errors": dict.fromkeys(fields, words)}


def _first_field(view: Block) -> str:
    fields = (str(block["block_id"]) for block in view["blocks"] if block["type"] == "input")
    return next(fields, "")
