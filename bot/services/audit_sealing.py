"""Sealing: in the background what was noted becomes part of the chain; nobody who writes waits for it.

The order of sealing is the order of the chain: an entry whose transaction committed late is sealed late, and
none is lost. Replicas take turns; should two ever seal at once, numbers are unique and one begins anew.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.services.audit_notes import at_terminal, note
from bot.store import audit_checkpoints, audit_entries
from bot.store.database import Database, writes
from bot.store.writer_gate import Priority
from rules.audit_chain import Checkpoint, seal
from rules.audit_entries import Through, What

BATCH = 500
"""Entries in one transaction: some ten milliseconds, for which a press may have to wait on SQLite."""


class NothingToSealError(Exception):
    """There is no entry yet, so there is nothing that a checkpoint could pin."""


class NoCheckpointError(Exception):
    """No checkpoint lies before that day, so nothing was pruned."""


def seal_all(database: Database) -> int:
    """Seal what waits, batch by batch; how many were sealed. Raises DatabaseUnavailableError."""
    with database.reading() as tx:
        if not audit_entries.waiting(tx, limit=1):
            return 0
    total = done = seal_batch(database)
    while done == BATCH:
        done = seal_batch(database)
        total += done
    return total


@writes(Priority.HOUSEKEEPING, is_news=lambda _: False)
def seal_batch(tx: Connection, limit: int = BATCH) -> int:
    """Seal the first of what waits."""
    audit_entries.take_turn(tx)
    found = audit_entries.unsealed(tx, limit)
    if found:
        links = seal((each.entry for each in found), onto=_end(tx))
        audit_entries.seal(tx, list(zip((each.id for each in found), links, strict=True)))
    return len(found)


def make_checkpoint(database: Database, *, by: str, now: datetime) -> Checkpoint:
    """Seal what waits and keep the end of the chain; raises NothingToSealError. `by` is a user's name.

    That it was made is the next entry, behind the checkpoint.
    """
    seal_all(database)
    return _keep_end(database, by=by, now=now)


def prune(
    database: Database, *, before: datetime, by: str, why: str, now: datetime
) -> tuple[Checkpoint, int]:
    """Delete entries older than a moment, up to the last checkpoint among them; how many went.

    From the first moment on the chain begins behind that checkpoint: should this end early, what is left is
    not looked at any more, and goes the next time. Raises NoCheckpointError.
    """
    base = _begin_behind(database, before=before, by=by, why=why, now=now)
    total = done = _delete_through(database, base.number)
    while done == BATCH:
        done = _delete_through(database, base.number)
        total += done
    return base, total


@writes(Priority.HOUSEKEEPING, is_news=lambda _: False)
def _keep_end(tx: Connection, *, by: str, now: datetime) -> Checkpoint:
    end = _end(tx)
    if end.number == 0:
        raise NothingToSealError("Nothing was written to the audit yet, so there is nothing to pin.")
    audit_checkpoints.add(tx, end, now)
    about = f"checkpoint {end.number}"
    note(tx, What.AUDIT_PINNED, about, by=at_terminal(by), through=Through.CLI, now=now)
    return end


@writes(Priority.HOUSEKEEPING, is_news=lambda _: False)
def _begin_behind(tx: Connection, *, before: datetime, by: str, why: str, now: datetime) -> Checkpoint:
    former = audit_checkpoints.base(tx)
    oldest = audit_entries.before_number(tx, before, former.number)
    base = audit_checkpoints.newest_up_to(tx, oldest)
    if base is None or base.number <= former.number:
        raise NoCheckpointError(
            f"No checkpoint pins what is older than {before:%Y-%m-%d %H:%M} UTC, so nothing was pruned. "
            "`andon audit checkpoint` makes one; entries can be pruned up to it once they are old enough."
        )
    audit_checkpoints.make_base(tx, base)
    old, new = {"begins_behind": former.number}, {"begins_behind": base.number}
    note(
        tx,
        What.AUDIT_PRUNED,
        f"entries up to {base.number}",
        by=at_terminal(by),
        through=Through.CLI,
        now=now,
        why=why,
        old=old,
        new=new,
    )
    return base


@writes(Priority.HOUSEKEEPING, is_news=lambda _: False)
def _delete_through(tx: Connection, number: int) -> int:
    return audit_entries.delete_through(tx, number, limit=BATCH)


def _end(tx: Connection) -> Checkpoint:
    """The last link; when all entries were pruned that is the one of their checkpoint."""
    return audit_entries.last_sealed(tx) or audit_checkpoints.base(tx)
