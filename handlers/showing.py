"""Exceptions as one person asks to see them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages.blocks import Message
from bot.messages.cards import card
from bot.messages.lists import Line, in_full, permalink
from bot.services import boards
from bot.services.next_in_line import next_names
from handlers.context import Caller
from rules.exception_threads import ExceptionThread


def line_of(caller: Caller, thread: ExceptionThread) -> Line:
    """The thread with the way to its card."""
    target = boards.permalink_target(caller.database, thread.id)
    return Line(thread, permalink(caller.desk.workspace_url(), *target) if target else "")


def lines_of(caller: Caller, threads: Sequence[ExceptionThread]) -> list[Line]:
    """The same for several."""
    return [line_of(caller, thread) for thread in threads]


def told_in_full(caller: Caller, thread_id: int) -> Message:
    """Card and timeline; raises UnknownThreadError."""
    thread = boards.find(caller.database, thread_id)
    names = next_names(thread, caller.plan)
    shown = card(
        thread, caller.plan, now=caller.now, next_names=names, kpi=caller.plan.kpi_name(thread.rule.kpi)
    )
    history = boards.history(caller.database, thread_id)
    return in_full(shown, line_of(caller, thread), history, caller.plan)
