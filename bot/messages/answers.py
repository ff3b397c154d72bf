"""Answers to one person: why nothing happened, or what did."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages.blocks import Message, sentence
from bot.messages.happened import in_short_when
from bot.messages.text import ours, outside, since
from bot.messages.words import People, joined, readable
from rules.commands import CommandError
from rules.exception_threads import ExceptionThread, Fact, FactKind, State
from rules.lifecycle import AlreadyDoneError, IncompleteResolutionError, LifecycleError
from rules.quarantine import Quarantine

NOT_SAVED = (
    "Not saved: the database could not take it. Nothing was changed; please press again in a moment, and "
    "tell whoever runs me if it stays."
)
UNSURE = (
    "The database went away just as this was being saved, so I cannot tell whether it counts. The card "
    "can: if it does not show it within a minute, press again. Twice does no harm."
)
FAILED = (
    "Something went wrong on my side and nothing was saved. It is in my log; please try again, and tell "
    "whoever runs me if it stays."
)

_CHANGES_REVISION = frozenset(FactKind) - {
    FactKind.OPENED,
    FactKind.REPEATED,
    FactKind.CLEARED,
    FactKind.RETURNED,
    FactKind.ESCALATED,
    FactKind.REMINDED,
    FactKind.EXHAUSTED,
    FactKind.DECIDED,
    FactKind.REVIEWED,
}


def saved_in_quarantine(number: int, quarantine: Quarantine) -> str:
    """Otherwise somebody would press again and again: the card does not change."""
    return (
        f"Saved: you have EX-{number}. Its card does not show it yet, because {outside(quarantine.by)} holds "
        f"back all that I send ({outside(quarantine.reason)}). It follows when that is released; do not "
        "wait for me to call anybody."
    )


def refusal(error: LifecycleError, *, seen: int | None, history: Sequence[Fact], people: People) -> str:
    """Why a press had no effect: what changed in the meantime, by whom and when.

    `seen`: the revision that the presser saw, None for a typed command. `history`: the facts of the
    thread, oldest first; may be empty when it could not be read.
    """
    thread = error.thread
    if isinstance(error, IncompleteResolutionError):
        missing = joined([outside(readable(item)) for item in error.missing])
        return f"{thread.name} is done only with: {missing}."
    moved_on = (seen is not None and seen != thread.revision) or _is_about_the_state(error)
    changed = what_changed(history, people) if moved_on else ""
    if not changed:
        return ours(str(error))
    if isinstance(error, AlreadyDoneError):
        return f"{ours(str(error).rstrip('.'))}: {changed}."
    return f"{thread.name}: {changed}; nothing was changed."


def what_changed(history: Sequence[Fact], people: People) -> str:
    """The last fact that made older cards stale: `Maria acknowledged it at 12:03`."""
    for fact in reversed(history):
        if fact.kind in _CHANGES_REVISION:
            return in_short_when(fact, people)
    return ""


def not_understood(error: CommandError) -> Message:
    """What was typed makes no sense; here is what probably was meant."""
    hint = f" Try `/andon {outside(error.suggestion)}`." if error.suggestion else ""
    more = "" if error.suggestion == "help" else " `/andon help` shows everything."
    return sentence(f"{ours(str(error))}{hint}{more}")


def done(thread: ExceptionThread, people: People) -> str:
    """What a typed command did, in a word."""
    owner = people.name(thread.owner)
    if thread.snooze is not None:
        return f"💤 {thread.name} is snoozed until {since(thread.snooze.until)}; {owner} owns it."
    return {
        State.OPEN: f"👤 {thread.name} is open; {owner} owns it.",
        State.ACKNOWLEDGED: f"👤 {thread.name} is with {owner}.",
        State.CONTAINED: f"🛡️ {thread.name} is contained; {owner} owns it.",
        State.MERGED: f"↪️ {thread.name} is now part of EX-{thread.merged_into}.",
        State.CANCELLED: f"🚫 {thread.name} is cancelled.",
    }.get(thread.state, f"✅ {thread.name} is {thread.state}; {owner} owns it.")


def unknown_press() -> str:
    """A button that nothing listens to."""
    return "I do not know this button: it is from an older version of me. Nothing was changed."


def _is_about_the_state(error: LifecycleError) -> bool:
    return str(error).startswith(f"{error.thread.name} is {error.thread.state}")
