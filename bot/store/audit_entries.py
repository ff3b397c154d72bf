"""Audit entries: inserted with what they tell of, sealed later, and only ever read after that."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, or_, select, true, update
from sqlalchemy.exc import IntegrityError

from bot.store.audit_tables import audit_entries
from bot.store.engine import RacedError
from bot.store.rows import ColumnKind, is_sqlite, one_of, with_rows
from rules.audit_chain import Checkpoint, Sealed
from rules.audit_entries import Entry, Reason

PAGE = 2_000

_SEALING = 0x0A0D17
"""The advisory lock of sealers: any number that nothing else here uses."""

_SEALED: Mapping[str, ColumnKind] = {
    "id": "bigint",
    "number": "bigint",
    "previous": "text",
    "link": "text",
    "form": "bigint",
}
_SEAL = (
    "UPDATE audit_entries SET number = CAST(r.number AS bigint), previous = r.previous, link = r.link, "
    "form = CAST(r.form AS integer) FROM {rows} AS r WHERE audit_entries.id = r.id "
    "AND COALESCE(audit_entries.number, 0) = 0"
)
"""Not `number IS NULL`, which an index answers: SQLite would go through all that wait, once for each row."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it is kept; `number` is None until it is sealed."""

    id: int
    number: int | None
    entry: Entry


def add(tx: Connection, entry: Entry) -> None:
    """Append one, unsealed: no two transactions that add wait for each other."""
    why = entry.why
    tx.execute(
        insert(audit_entries).values(
            at=entry.at,
            who=entry.who,
            through=entry.through,
            what=entry.what,
            about=entry.about,
            why=why.text if why else None,
            why_salt=why.salt if why else None,
            why_digest=why.digest if why else None,
            change=entry.change,
        )
    )


def take_turn(tx: Connection) -> None:
    """Be the only one who seals until the transaction ends; whoever adds is not asked.

    On SQLite the writer's turn already says so.
    """
    if not is_sqlite(tx):
        tx.execute(select(func.pg_advisory_xact_lock(_SEALING)))


def unsealed(tx: Connection, limit: int) -> list[Kept]:
    """The first that wait for their seal, leaving aside what somebody else holds at this moment."""
    query = select(audit_entries).where(_is_unsealed()).order_by(audit_entries.c.id).limit(limit)
    return [_kept(row) for row in tx.execute(query.with_for_update(skip_locked=True))]


def waiting(tx: Connection, *, since_before: datetime | None = None, limit: int = 1_000) -> list[int]:
    """Ids of those that wait for their seal, or only of those that were written before a time."""
    old = true() if since_before is None else audit_entries.c.at < since_before
    query = select(audit_entries.c.id).where(_is_unsealed(), old)
    return list(tx.execute(query.order_by(audit_entries.c.id).limit(limit)).scalars())


def count_waiting(tx: Connection) -> int:
    """How many wait for their seal."""
    return tx.execute(select(func.count()).select_from(audit_entries).where(_is_unsealed())).scalar_one()


def seal(tx: Connection, rows: Sequence[tuple[int, Sealed]]) -> None:
    """Write links as (id, sealed). Raises RacedError when another sealer came first."""
    parameters = [
        {"id": id_, "number": each.number, "previous": each.previous, "link": each.link, "form": each.form}
        for id_, each in rows
    ]
    try:
        done = with_rows(tx, _SEAL, _SEALED, parameters).rowcount
    except IntegrityError as error:
        raise RacedError("another replica sealed the next entries") from error
    if done != len(rows):
        raise RacedError("another replica sealed the same entries")


def last_sealed(tx: Connection) -> Checkpoint | None:
    """The end of the chain, as far as its entries are there."""
    query = select(audit_entries.c.number, audit_entries.c.link).where(audit_entries.c.number.is_not(None))
    row = tx.execute(query.order_by(audit_entries.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else Checkpoint(row.number, row.link or "")


def before_last(tx: Connection, count: int) -> Checkpoint | None:
    """The link onto which the last so many entries were sealed; None when there are not more of them."""
    query = select(audit_entries.c.number, audit_entries.c.link).where(audit_entries.c.number.is_not(None))
    row = tx.execute(query.order_by(audit_entries.c.number.desc()).offset(count).limit(1)).one_or_none()
    return None if row is None else Checkpoint(row.number, row.link or "")


def sealed_after(tx: Connection, number: int) -> Iterator[Sealed]:
    """The chain behind a number, read page by page."""
    while page := _page(tx, number):
        yield from page
        number = page[-1].number


def before_number(tx: Connection, moment: datetime, base: int) -> int:
    """The number up to which every entry behind `base` is older than a moment."""
    young = select(func.min(audit_entries.c.number)).where(
        audit_entries.c.number > base, audit_entries.c.at >= moment
    )
    first_young = tx.execute(young).scalar_one()
    if first_young is not None:
        return int(first_young) - 1
    last = last_sealed(tx)
    return last.number if last else base


def delete_through(tx: Connection, number: int, *, limit: int) -> int:
    """Delete the oldest of the sealed entries up to a number; how many went."""
    numbers = select(audit_entries.c.id).where(audit_entries.c.number <= number)
    oldest = numbers.order_by(audit_entries.c.number).limit(limit)
    return tx.execute(audit_entries.delete().where(audit_entries.c.id.in_(oldest))).rowcount


def find(
    tx: Connection, *, about: str | None, who: Collection[str] | None, since: datetime | None, limit: int
) -> list[Kept]:
    """The newest first. `about` is a subject, or a kind of them such as `kpi`."""
    query = select(audit_entries).order_by(audit_entries.c.id.desc()).limit(limit)
    if about is not None:
        column = audit_entries.c.about
        query = query.where(or_(column == about, column.startswith(f"{about} ", autoescape=True)))
    if who is not None:
        query = query.where(audit_entries.c.who.in_(sorted(who)))
    if since is not None:
        query = query.where(audit_entries.c.at >= since)
    return [_kept(row) for row in tx.execute(query)]


def count_by(tx: Connection, who: str) -> int:
    """How many entries are of one pseudonym."""
    query = select(func.count()).select_from(audit_entries).where(audit_entries.c.who == who)
    return tx.execute(query).scalar_one()


def reasons(tx: Connection) -> Iterator[tuple[int, str, str]]:
    """Id, pseudonym and text of every reason that was not erased."""
    columns = (audit_entries.c.id, audit_entries.c.who, audit_entries.c.why)
    for row in tx.execute(select(*columns).where(audit_entries.c.why.is_not(None))):
        yield row.id, row.who, row.why


def erase_reasons(tx: Connection, ids: Sequence[int]) -> None:
    """Remove texts with their salts; the digests stay in the chain."""
    for start in range(0, len(ids), PAGE):
        chosen = one_of(tx, audit_entries.c.id, ids[start : start + PAGE])
        tx.execute(update(audit_entries).where(chosen).values(why=None, why_salt=None))


def _is_unsealed() -> ColumnElement[bool]:
    return audit_entries.c.number.is_(None)


def _page(tx: Connection, number: int) -> list[Sealed]:
    query = select(audit_entries).where(audit_entries.c.number > number)
    return [
        Sealed(row.number, row.previous or "", row.link or "", _entry(row), row.form or 0)
        for row in tx.execute(query.order_by(audit_entries.c.number).limit(PAGE))
    ]


def _kept(row: Row[Any]) -> Kept:
    return Kept(row.id, row.number, _entry(row))


def _entry(row: Row[Any]) -> Entry:
    """A text that was smuggled in where no reason was given has no digest, so it is not genuine."""
    has_reason = row.why_digest is not None or row.why is not None
    why = Reason(row.why_digest or "", row.why, row.why_salt) if has_reason else None
    return Entry(row.at, row.who, row.through, row.what, row.about, why, row.change)
