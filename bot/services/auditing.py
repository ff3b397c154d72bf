"""The auditor: looks for what should be impossible, mends what is safe to mend, and tells the operators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.services.intake import record_events
from bot.services.judging import judge
from bot.services.outbox_rows import card_row
from bot.services.plan_in_force import PlanInForce
from bot.store import audit_checkpoints, audit_entries, audits, outbox, placements, wakeups
from bot.store.database import Database, writes
from bot.store.wakeups import Subject
from bot.store.writer_gate import Priority
from rules.audit_chain import verify
from rules.auditing import PATIENCE, Fault, Finding
from rules.delivery import Urgency


def audit(database: Database, *, plan: PlanInForce, now: datetime) -> tuple[Finding, ...]:
    """Look without holding anybody up; only a finding leads to a transaction that writes.

    Raises DatabaseUnavailableError.
    """
    with database.reading() as tx:
        suspected = _look(tx, now)
    return _mend(database, suspected, plan=plan, now=now) if suspected else ()


@writes(Priority.HOUSEKEEPING, is_news=bool)
def _mend(
    tx: Connection, suspected: tuple[Finding, ...], *, plan: PlanInForce, now: datetime
) -> tuple[Finding, ...]:
    """Under the locks of whom it concerns look again: what was mended meanwhile is no finding."""
    for subject in (Subject.SIGNAL, Subject.THREAD):
        refs = [ref for one in suspected if _SUBJECTS.get(one.fault) is subject for ref in one.refs]
        wakeups.create(tx, subject, refs)
        wakeups.lock(tx, subject, refs)
    found = _look(tx, now)
    wakeups.set_due(tx, Subject.SIGNAL, audits.unarmed_signals(tx))
    wakeups.set_due(tx, Subject.THREAD, audits.unarmed_threads(tx))
    stranded = audits.stranded_notes(tx, now - PATIENCE)
    placements.add(tx, stranded)
    _show_cards(tx, stranded, now)
    record_events(tx, judge([finding.event(now) for finding in found], plan), plan=plan, now=now)
    return found


def _show_cards(tx: Connection, stranded: Sequence[tuple[int, str]], now: datetime) -> None:
    """What Slack refused before is tried again and not added to: a catch-all may be closed for days."""
    refused = audits.dead_cards(tx, stranded)
    for seq in refused.values():
        outbox.revive(tx, seq, now)
    anew = [place for place in stranded if place not in refused]
    outbox.add(tx, [card_row(thread_id, target, Urgency.CARD, now) for thread_id, target in anew])


_SUBJECTS = {
    Fault.STRANDED_NOTE: Subject.THREAD,
    Fault.UNARMED_CLOCK: Subject.THREAD,
    Fault.UNARMED_SIGNAL: Subject.SIGNAL,
}


TAIL = 200
"""Entries of the audit's chain that are looked at each time; `andon audit verify` looks at all."""


def _look(tx: Connection, now: datetime) -> tuple[Finding, ...]:
    stranded = {thread_id for thread_id, _ in audits.stranded_notes(tx, now - PATIENCE)}
    refs = {
        Fault.UNARMED_SIGNAL: audits.unarmed_signals(tx),
        Fault.UNARMED_CLOCK: audits.unarmed_threads(tx),
        Fault.STRANDED_NOTE: stranded,
        Fault.DEAD_LEASE: audits.dead_leases(tx, now - PATIENCE),
        Fault.UNSEALED_ENTRY: audit_entries.waiting(tx, since_before=now - PATIENCE),
        Fault.BROKEN_CHAIN: _broken_tail(tx),
    }
    return tuple(Finding(fault, tuple(sorted(found))) for fault, found in refs.items() if found)


def _broken_tail(tx: Connection) -> tuple[int, ...]:
    """The first of the last entries that does not hold, or that a checkpoint knows of and is gone."""
    base = audit_checkpoints.base(tx)
    before = audit_entries.before_last(tx, TAIL)
    after = before if before and before.number > base.number else base
    rows = audit_entries.sealed_after(tx, after.number)
    broken = verify(rows, after=after, checkpoints=audit_checkpoints.every(tx)).broken
    return (broken.number,) if broken else ()
