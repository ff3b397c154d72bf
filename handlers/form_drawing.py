"""Drawing a form about a thread, the first time and again when it turned out to be stale."""

from __future__ import annotations

from collections.abc import Mapping

from ulid import ULID

from bot.messages.answers import what_changed
from bot.messages.card_actions import ESCALATE, MERGE
from bot.messages.forms import FORMS
from bot.messages.forms.parts import MAX_OPTIONS, Sheet, View
from bot.messages.words import joined
from bot.services import boards
from handlers.context import Caller
from handlers.refusals import history_if_readable
from rules.exception_threads import ExceptionThread
from rules.lifecycle import NotPossibleError
from rules.targets import recipients


def first_drawing(caller: Caller, kind: str, thread_id: int, *, seen: int | None = None) -> View:
    """The empty form. Raises UnknownThreadError, and NotPossibleError when there is nothing to fill in.

    `seen`: the revision that the pressed card showed; an older one gets a warning right away.
    """
    thread = boards.find(caller.database, thread_id)
    _refuse_the_impossible(kind, thread)
    stale = seen is not None and seen != thread.revision
    warning = f"The card you pressed was older: {_news(caller, thread)}." if stale else ""
    return _drawn(caller, kind, thread, form=str(ULID()), typed={}, warning=warning)


def drawn_again(
    caller: Caller, kind: str, thread: ExceptionThread, *, form: str, typed: Mapping[str, str]
) -> View:
    """The form with everything that was typed, what has changed meanwhile, and the thread as it is now."""
    news = _news(caller, thread)
    warning = f"Not saved, because meanwhile {news}. Your text is kept: send it again if it still holds."
    return _drawn(caller, kind, thread, form=form, typed=typed, warning=warning)


def _drawn(
    caller: Caller, kind: str, thread: ExceptionThread, *, form: str, typed: Mapping[str, str], warning: str
) -> View:
    others = _others(caller, thread) if kind == MERGE else ()
    names = _told_by_escalating(caller, thread) if kind == ESCALATE else ""
    return FORMS[kind](Sheet(thread, form, typed, warning, others, names))


def _news(caller: Caller, thread: ExceptionThread) -> str:
    facts = history_if_readable(caller.desk, thread.id)
    return what_changed(facts, caller.plan) or f"{thread.name} has changed"


def _refuse_the_impossible(kind: str, thread: ExceptionThread) -> None:
    if not thread.state.needs_work:
        raise NotPossibleError(thread, f"{thread.name} is {thread.state} already; nothing was changed.")
    if kind == ESCALATE and thread.tier >= thread.top_tier:
        raise NotPossibleError(thread, f"{thread.name} is at its last tier; everybody has been told.")


def _others(caller: Caller, thread: ExceptionThread) -> tuple[ExceptionThread, ...]:
    """Where it may be merged into: the same area first."""
    found = boards.open_threads(caller.database, limit=MAX_OPTIONS + 1).threads
    others = [each for each in found if each.id != thread.id]
    if not others:
        raise NotPossibleError(thread, f"No other exception is open, so {thread.name} is part of none.")
    return tuple(sorted(others, key=lambda each: each.area != thread.area)[:MAX_OPTIONS])


def _told_by_escalating(caller: Caller, thread: ExceptionThread) -> str:
    notify = thread.policy.tiers[min(thread.tier + 1, thread.top_tier)].notify
    who = recipients(notify, owner=thread.owner, area=thread.area, index=caller.plan.index)
    return joined([*(caller.plan.name(person.key) for person in who.people), *who.channels])
