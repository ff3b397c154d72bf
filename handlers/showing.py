"""Exceptions as one person asks to see them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages.blocks import Message
from bot.messages.cards import card
from bot.messages.lists import Line, in_full
from bot.services import boards
from bot.services.next_in_line import next_names
from handlers.context import Caller
from rules.exception_threads import ExceptionThread


def line_of(caller: Caller, thread: ExceptionThread) -> Line:
    """The thread with the way to its card."""
    return lines_of(caller, [thread])[0]


def lines_of(caller: Caller, threads: Sequence[ExceptionThread]) -> list[Line]:
    """The same for several."""
    return boards.linked(caller.database, threads, workspace_url=caller.desk.workspace_url())


def told_in_full(caller: Caller, thread_id: int) -> Message:
    """Card and timeline; raises UnknownThreadError."""
    thread = boards.find(caller.database, thread_id)
    names = next_names(thread, caller.plan)
    shown = card(
        thread, caller.plan, now=caller.now, next_names=names, kpi=caller.plan.kpi_name(thread.rule.kpi)
    )
    history = boards.history(caller.database, thread_id)
    return in_full(shown, line_of(caller, thread), history, caller.plan)
