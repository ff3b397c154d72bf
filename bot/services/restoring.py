"""After a backup was put in place: what Slack shows is newer than what the database knows.

Everything waits in quarantine for a human. What waited to be posted is looked for in Slack by its mark before
it is sent; cards and Home tabs are drawn anew; numbers that may stand in Slack are not given a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.services.audit_notes import at_terminal, note
from bot.services.home_rows import redraw_everybody
from bot.services.outbox_rows import card_row
from bot.store import numbers, outbox, quarantines, restoring
from bot.store.database import writes
from bot.store.decision_tables import decisions
from bot.store.suppression_tables import suppressions
from bot.store.tables import exception_threads
from bot.store.writer_gate import Priority
from rules.audit_entries import Through, What
from rules.delivery import Urgency
from rules.quarantine import Quarantine

SKIPPED = 1_000
"""So many numbers are passed over: more than a plant opens between two backups."""


@dataclass(frozen=True, slots=True)
class Restored:
    """Until when the records go, how many posts are looked for and cards drawn anew, and the next number."""

    knows_until: datetime | None
    doubted: int
    redrawn: int
    next_exception: int


@writes(Priority.PRESS)
def settle(tx: Connection, *, by: str, now: datetime) -> Restored:
    """Quarantine a database that was just restored, before any bot runs on it."""
    known = restoring.knows_until(tx)
    if quarantines.standing(tx) is None:
        quarantines.begin(tx, Quarantine(now, by, f"restored from a backup that knows until {_words(known)}"))
    doubted = restoring.doubt_posts(tx, now)
    cards = restoring.forget_what_is_shown(tx)
    outbox.add(tx, [card_row(number, target, Urgency.CARD, now) for number, target in cards])
    redraw_everybody(tx, now)
    first = {
        table: numbers.highest(tx, table) + 1 + SKIPPED
        for table in (exception_threads, decisions, suppressions)
    }
    numbers.pass_over(tx, first)
    restoring.add(
        tx,
        {
            "restored_at": now,
            "restored_by": by,
            "knows_until": known,
            "first_exception": first[exception_threads],
            "first_decision": first[decisions],
            "first_suppression": first[suppressions],
        },
    )
    new = {"knows_until": known.isoformat() if known else None, "first_exception": first[exception_threads]}
    who = at_terminal(by)
    note(tx, What.DATABASE_RESTORED, "database", by=who, through=Through.CLI, now=now, new=new)
    return Restored(known, doubted, len(cards), first[exception_threads])


@writes(Priority.PRESS)
def seal(tx: Connection, *, now: datetime) -> None:
    """Quarantine the copy itself, so that it sends nothing even if somebody puts it in place by hand."""
    if quarantines.standing(tx) is None:
        reason = f"this is a backup, taken {now:%Y-%m-%d %H:%M} UTC"
        quarantines.begin(tx, Quarantine(now, "andon backup", reason))


def _words(known: datetime | None) -> str:
    return f"{known:%Y-%m-%d %H:%M} UTC" if known else "nothing"
