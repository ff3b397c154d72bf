"""The log's lines about exception threads, all with one correlation: from an event to what Slack shows.

Whoever knows a machine's event, an exception's number or a message's `ts` finds the other two by one search.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from bot.services.delivery import Parcel
from rules.exception_threads import Change, ExceptionThread

log = structlog.stdlib.get_logger(__name__)


def log_changes(changes: Sequence[Change]) -> None:
    """Say what happened to threads, once it is committed; mere repetition is no news."""
    for change in changes:
        for fact in change.facts:
            if not fact.is_mere_count:
                said = {"by": fact.by, "late": fact.late or None, "tier": change.thread.tier or None}
                known = {name: value for name, value in said.items() if value is not None}
                log.info(f"exception.{fact.kind.value}", **about_thread(change.thread), **known)


def about_thread(thread: ExceptionThread) -> dict[str, Any]:
    """What every line about a thread carries."""
    return {"exception": thread.name, "correlation": thread.correlation}


def about_parcel(parcel: Parcel) -> dict[str, Any]:
    """What every line about a delivery carries: its mark, where it goes, and whose story it tells."""
    row = parcel.row
    about: dict[str, Any] = {"mark": row.mark, "purpose": row.purpose.value, "target": row.target}
    if parcel.thread is not None:
        return about | about_thread(parcel.thread)
    if parcel.catch_up:
        return about | {"exceptions": [thread.name for thread in parcel.catch_up.values()]}
    return about
