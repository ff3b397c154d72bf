"""Readings of KPIs: every value that was ever given, and which is the latest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.store import wakeups
from bot.store.kpi_tables import kpi_watches, readings
from bot.store.rows import ColumnKind, insert_into, one_of, with_rows
from bot.store.wakeups import Subject
from rules.kpis import Reading

ReadingKey = tuple[str, datetime, str]
"""KPI, time and source: what a correction has in common with what it corrects."""

_KEY_COLUMNS: Mapping[str, ColumnKind] = {"kpi": "text", "at": "timestamptz", "source": "text"}
_IDS_OF_KEYS = "SELECT readings.id FROM {rows} AS r JOIN readings USING (kpi, at, source)"


def hold(tx: Connection, kpis: Iterable[str]) -> dict[str, int]:
    """Lock KPIs, giving each its watch if need be; returns the number by which each is woken."""
    wanted = sorted(set(kpis))
    if not wanted:
        return {}
    rows = [{"kpi": kpi} for kpi in wanted]
    tx.execute(insert_into(tx, kpi_watches).on_conflict_do_nothing(), rows)
    query = select(kpi_watches.c.kpi, kpi_watches.c.id).where(kpi_watches.c.kpi.in_(wanted))
    found = {row.kpi: row.id for row in tx.execute(query)}
    wakeups.create(tx, Subject.KPI, found.values())
    wakeups.lock(tx, Subject.KPI, found.values())
    return found


def watched(tx: Connection, ids: Sequence[int]) -> dict[int, tuple[str, datetime | None]]:
    """For each watch its KPI and the time of its last reading."""
    query = select(kpi_watches).where(kpi_watches.c.id.in_(ids))
    return {row.id: (row.kpi, row.last_at) for row in tx.execute(query)}


def last_at(tx: Connection, kpis: Iterable[str]) -> dict[str, datetime | None]:
    """When each of these KPIs was read last; hold them first to rely on it."""
    query = select(kpi_watches.c.kpi, kpi_watches.c.last_at).where(kpi_watches.c.kpi.in_(sorted(set(kpis))))
    return {row.kpi: row.last_at for row in tx.execute(query)}


def set_last(tx: Connection, last: dict[str, datetime]) -> None:
    """Note the time of the last reading of each KPI."""
    rows = [{"k": kpi, "at": at} for kpi, at in sorted(last.items())]
    if rows:
        statement = update(kpi_watches).where(kpi_watches.c.kpi == bindparam("k"))
        tx.execute(statement.values(last_at=bindparam("at")), rows)


def add(tx: Connection, new: Sequence[Reading], *, received_at: datetime) -> None:
    """Store readings, each with its revision."""
    if new:
        tx.execute(insert(readings), [_row(reading, received_at) for reading in new])


def current(tx: Connection, keys: Iterable[ReadingKey]) -> dict[ReadingKey, Reading]:
    """The newest revision of each of these, where there is one."""
    wanted = [{"kpi": kpi, "at": at, "source": source} for kpi, at, source in sorted(set(keys))]
    ids = [row.id for row in with_rows(tx, _IDS_OF_KEYS, _KEY_COLUMNS, wanted)] if wanted else []
    if not ids:
        return {}
    query = select(readings).where(one_of(tx, readings.c.id, ids)).order_by(readings.c.revision)
    return {(row.kpi, row.at, row.source): _from_row(row) for row in tx.execute(query)}


def latest(tx: Connection, *kpis: str) -> dict[str, Reading]:
    """The latest reading of every KPI, or of those named; of several at one time the one that came last."""
    at_last = (readings.c.kpi == kpi_watches.c.kpi) & (readings.c.at == kpi_watches.c.last_at)
    query = select(readings).join(kpi_watches, at_last).order_by(readings.c.id)
    if kpis:
        query = query.where(kpi_watches.c.kpi.in_(kpis))
    return {row.kpi: _from_row(row) for row in tx.execute(query)}


def recent(tx: Connection, kpi: str, *, limit: int) -> list[Reading]:
    """Up to `limit` last readings, oldest first; of corrected ones only the newest revision."""
    query = select(readings).where(readings.c.kpi == kpi)
    newest_first = query.order_by(readings.c.at.desc(), readings.c.id.desc()).limit(2 * limit)
    found: dict[tuple[datetime, str], Reading] = {}
    for row in tx.execute(newest_first):
        found.setdefault((row.at, row.source), _from_row(row))
    return list(reversed(list(found.values())[:limit]))


def history(tx: Connection, kpi: str, *, at: datetime) -> list[Reading]:
    """Everything that was ever said of a KPI at one time, in the order in which it came."""
    query = select(readings).where(readings.c.kpi == kpi, readings.c.at == at).order_by(readings.c.id)
    return [_from_row(row) for row in tx.execute(query)]


def _row(reading: Reading, received_at: datetime) -> dict[str, Any]:
    return {
        "kpi": reading.kpi,
        "at": reading.at,
        "source": reading.source,
        "revision": reading.revision,
        "value": reading.value,
        "received_at": received_at,
        "entered_by": reading.entered_by,
    }


def _from_row(row: Row[Any]) -> Reading:
    return Reading(row.kpi, row.at, row.value, row.source, row.entered_by, row.revision)
