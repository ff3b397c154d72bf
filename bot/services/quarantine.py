"""Quarantine: nothing is sent to Slack, and no clock rings, until a human releases what waits.

The state stands in the database, so every replica obeys it. What comes in is taken as always and presses
count; they are shown after the release. Clocks stand still as in a downtime: a thread climbs at most one
tier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.messages.blocks import sentence
from bot.messages.text import outside
from bot.services.audit_notes import at_terminal, note
from bot.services.outbox_rows import direct_row
from bot.store import outbox, pace, quarantines, wakeups
from bot.store.database import Database, writes
from bot.store.wakeups import Subject
from bot.store.writer_gate import Priority
from rules.audit_entries import Through, What
from rules.quarantine import Quarantine, Waiting

_SUBJECT = "all deliveries"
"""What a quarantine is about, in the audit."""


class NotQuarantinedError(Exception):
    """There is nothing to release."""

    def __init__(self) -> None:
        super().__init__("Nothing is in quarantine: messages leave as always. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Held:
    """What a release would set free: messages to be sent, and how many clocks have run out meanwhile."""

    quarantine: Quarantine
    waiting: tuple[Waiting, ...]
    overdue: int


@writes(Priority.PRESS)
def begin(tx: Connection, *, by: str, reason: str, now: datetime) -> Quarantine:
    """Send nothing more; one that stands already stays as it is.

    Senders claim under the same locks: once this is committed nothing is claimed. What was claimed a moment
    before still arrives.
    """
    pace.lock_all(tx)
    there = quarantines.standing(tx)
    if there is None:
        there = Quarantine(now, by, reason)
        quarantines.begin(tx, there)
        who = at_terminal(by)
        note(tx, What.DELIVERIES_HELD, _SUBJECT, by=who, through=Through.CLI, now=now, why=reason)
    return there


def standing(database: Database) -> Quarantine | None:
    """The quarantine in force, if any; raises DatabaseUnavailableError."""
    with database.reading() as tx:
        return quarantines.standing(tx)


def held(database: Database, now: datetime, *, drop_before: datetime | None = None) -> Held:
    """Look before the release at what it would send; raises NotQuarantinedError."""
    with database.reading() as tx:
        there = quarantines.standing(tx)
        if there is None:
            raise NotQuarantinedError
        overdue = len(wakeups.due_refs(tx, Subject.THREAD, now))
        return Held(there, tuple(quarantines.waiting(tx, drop_before)), overdue)


@writes(Priority.PRESS)
def release(
    tx: Connection, *, by: str, operators: str | None, now: datetime, drop_before: datetime | None = None
) -> int:
    """Let everything leave again, but for words written before `drop_before`; returns how many those were.

    The operators' channel is told, when there is one. Raises NotQuarantinedError.
    """
    pace.lock_all(tx)
    there = quarantines.standing(tx)
    if there is None:
        raise NotQuarantinedError
    dropped = quarantines.drop_words(tx, drop_before, by=by, now=now) if drop_before else 0
    quarantines.end(tx, by, now)
    if operators:
        outbox.add(tx, [direct_row(operators, sentence(_told(there, by, dropped)), now)])
    new = {"dropped": dropped}
    note(tx, What.DELIVERIES_RELEASED, _SUBJECT, by=at_terminal(by), through=Through.CLI, now=now, new=new)
    return dropped


def _told(quarantine: Quarantine, by: str, dropped: int) -> str:
    lost = f" {dropped} older messages were dropped." if dropped else ""
    return (
        f"Andon sends again: {outside(by)} released what was held back since "
        f"{quarantine.since:%Y-%m-%d %H:%M} UTC ({outside(quarantine.reason)}).{lost} Cards show how things "
        "stand by Andon's records. If what you pressed is not there, press it again."
    )
