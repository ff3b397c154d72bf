"""The buttons of a card: exactly those that make sense in its state."""

from __future__ import annotations

from bot.messages.blocks import Block, actions, button, option, overflow
from bot.messages.press_values import Press
from bot.messages.text import one_line
from rules.exception_threads import ExceptionThread, State

ACKNOWLEDGE = "acknowledge"
CONTAIN = "contain"
RESOLVE = "resolve"
DECIDE = "decide"
MORE = "more"
REASSIGN = "reassign"
SNOOZE = "snooze"
ESCALATE = "escalate"
MERGE = "merge"
CANCEL = "cancel"

_MENU = (
    (REASSIGN, "Reassign…"),
    (SNOOZE, "Snooze…"),
    (ESCALATE, "Escalate now…"),
    (MERGE, "Merge…"),
    (CANCEL, "Cancel…"),
)


def card_actions(thread: ExceptionThread) -> list[Block]:
    """One row of buttons, or nothing when there is nothing left to do."""
    if not thread.state.needs_work:
        return []
    buttons = [
        button(label, action, value=str(Press.on(thread)), primary=action == ACKNOWLEDGE, spoken=spoken)
        for action, label, spoken in _offered(thread)
    ]
    return [actions([*buttons, overflow(MORE, _menu(thread))])]


def _offered(thread: ExceptionThread) -> list[tuple[str, str, str]]:
    """At most three, so that a phone needs no second row: first somebody takes it, then they decide."""
    named = f"{thread.name} {one_line(thread.title)}"
    offered = [(RESOLVE, "Resolve…", f"Resolve {named}")]
    if thread.state is not State.CONTAINED:
        offered.insert(0, (CONTAIN, "Contain…", f"Contain {named}"))
    if thread.state is State.OPEN:
        return [(ACKNOWLEDGE, "Acknowledge", f"Acknowledge {named}"), *offered]
    return [*offered, (DECIDE, "Decide…", f"Log a decision about {named}")]


def _menu(thread: ExceptionThread) -> list[Block]:
    at_top = thread.tier >= thread.top_tier
    return [
        option(label, f"{action}:{Press.on(thread)}")
        for action, label in _MENU
        if not (action == ESCALATE and at_top)
    ]
