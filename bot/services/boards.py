"""Boards: what people look at. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messages.lists import Line, permalink
from bot.services.presses import UnknownThreadError
from bot.store import exception_threads, placements, timeline
from bot.store.database import Database
from rules.delivery import Placement
from rules.exception_threads import ExceptionThread, Fact


@dataclass(frozen=True, slots=True)
class Listing:
    """Some threads, and how many there are in all."""

    threads: tuple[ExceptionThread, ...]
    total: int


def find(database: Database, thread_id: int) -> ExceptionThread:
    """One thread; raises UnknownThreadError."""
    with database.reading() as tx:
        thread = exception_threads.read(tx, (thread_id,)).get(thread_id)
    if thread is None:
        raise UnknownThreadError(thread_id)
    return thread


def open_threads(
    database: Database, *, owner: str | None = None, area: str | None = None, limit: int = 20
) -> Listing:
    """What somebody has to work on, most severe and oldest first."""
    with database.reading() as tx:
        threads, total = exception_threads.working(tx, owner=owner, area=area, limit=limit)
    return Listing(tuple(threads), total)


def history(database: Database, thread_id: int) -> tuple[Fact, ...]:
    """A thread's facts, oldest first."""
    with database.reading() as tx:
        return timeline.of(tx, thread_id)


def linked(database: Database, threads: Sequence[ExceptionThread], *, workspace_url: str) -> list[Line]:
    """Threads with the way to their home cards, as far as Slack shows them."""
    with database.reading() as tx:
        placed = placements.of_threads(tx, [thread.id for thread in threads])
    return [Line(thread, _link(thread, placed.get(thread.id, []), workspace_url)) for thread in threads]


def permalink_target(database: Database, thread_id: int) -> tuple[str, str] | None:
    """Channel id and ts of the thread's home card; None while Slack does not show it."""
    with database.reading() as tx:
        thread = exception_threads.read(tx, (thread_id,)).get(thread_id)
        placement = placements.find(tx, thread_id, thread.channel) if thread else None
    if placement is None or placement.channel_id is None or placement.ts is None:
        return None
    return placement.channel_id, placement.ts


def _link(thread: ExceptionThread, placed: Sequence[Placement], workspace_url: str) -> str:
    for each in placed:
        if each.target == thread.channel and each.channel_id and each.ts:
            return permalink(workspace_url, each.channel_id, each.ts)
    return ""
