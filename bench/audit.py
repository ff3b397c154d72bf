"""The audit: what an entry costs whoever presses, and how fast entries are sealed and verified."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from sqlalchemy import Connection, select, text, update

from bench.measuring import Figure, Seconds, rates, seconds
from bench.plant import PLAN, START
from bench.presses import open_to_press
from bot.services import presses
from bot.services.audit_log import examine
from bot.services.audit_sealing import BATCH, seal_all
from bot.services.people import require
from bot.services.recording import record
from bot.store import exception_threads
from bot.store.audit_tables import audit_entries
from bot.store.database import Database
from bot.store.writer_gate import Priority
from rules import lifecycle
from rules.control_plan import Action

PRESSES = 50
SEALED = 8 * BATCH

_COLUMNS = "at, who, through, what, about, change, why, why_salt, why_digest"


def auditing(database: Database, name: str, rounds: int) -> Iterator[Figure]:
    """Presses against the same presses without an entry; sealing and verifying against the bare rows."""
    numbers = open_to_press(database, 2 * (rounds + 1) * PRESSES)
    yield rates(
        "press with its audit entry",
        name,
        unit="presses/s",
        amount=1,
        rounds=rounds,
        bare=lambda: median(_unnoted(database, next(numbers)) for _ in range(PRESSES)),
        andon=lambda: median(_noted(database, next(numbers)) for _ in range(PRESSES)),
    )
    seal_all(database)
    yield rates(
        "audit entries sealed",
        name,
        unit="entries/s",
        amount=SEALED,
        rounds=rounds,
        bare=lambda: _renumbered(database),
        andon=lambda: _sealed(database),
    )
    total = examine(database).verdict.checked
    yield rates(
        f"audit entries verified, {total:,} in the chain",
        name,
        unit="entries/s",
        amount=total,
        rounds=rounds,
        bare=lambda: _read(database),
        andon=lambda: seconds(lambda: examine(database)),
    )


def _noted(database: Database, number: int) -> Seconds:
    return seconds(lambda: presses.acknowledge(database, number, by="ana", seen=None, plan=PLAN, now=START))


def _unnoted(database: Database, number: int) -> Seconds:
    def press(tx: Connection) -> None:
        require(PLAN, "ana", Action.ACKNOWLEDGE)
        held = exception_threads.held(tx, (number,))[number]
        change = lifecycle.acknowledge(held, by="ana", seen=None, now=START)
        record(tx, [(held, change)], plan=PLAN, now=START)

    return seconds(lambda: database.write(press, Priority.PRESS))


def _sealed(database: Database) -> Seconds:
    """As many entries as a batch of presses leaves behind, copied from one that is there."""
    copy = text(
        f"INSERT INTO audit_entries ({_COLUMNS}) SELECT {_COLUMNS} FROM audit_entries "  # noqa: S608 - names are our own
        f"WHERE number <= {BATCH // 10}"
    )
    for _ in range(SEALED // (BATCH // 10)):
        database.write(lambda tx: tx.execute(copy), Priority.HOUSEKEEPING)
    return seconds(lambda: seal_all(database))


def _renumbered(database: Database) -> Seconds:
    """The same number of rows touched, in transactions of the same size."""
    ids = select(audit_entries.c.id).order_by(audit_entries.c.id).limit(BATCH)
    touched = update(audit_entries).where(audit_entries.c.id.in_(ids)).values(through="slack")

    def touch() -> None:
        for _ in range(SEALED // BATCH):
            database.write(lambda tx: tx.execute(touched), Priority.HOUSEKEEPING)

    return seconds(touch)


def _read(database: Database) -> Seconds:
    def read() -> None:
        with database.reading() as tx:
            tx.execute(select(audit_entries).order_by(audit_entries.c.number)).all()

    return seconds(read)
