"""Repeats: one more occurrence of threads that are being worked on, counted without reading them.

Under a flood nearly every event is one. The statement that counts says itself what it may count, under the
locks of signal and thread like every other change of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.store import wakeups
from bot.store.rows import ColumnKind, with_rows
from bot.store.signals import SignalKey
from bot.store.wakeups import Subject
from rules.exception_threads import WORKING_STATES, signal_key
from rules.signals import Phase

_IS_RAISED = f"s.phase = '{Phase.RAISED.value}'"
_IS_WORKED_ON = (
    f"t.cleared_at IS NULL AND t.state IN ({', '.join(repr(one.value) for one in WORKING_STATES)})"
)
_LATER = "CASE WHEN {table}.last_event_at < r.at THEN r.at ELSE {table}.last_event_at END"

_FIND = (
    f"SELECT r.rule_key, r.fingerprint, s.id, t.id, {_IS_RAISED} AND {_IS_WORKED_ON} FROM {{rows}} AS r "  # noqa: S608 - words of our own
    "JOIN signals AS s ON s.rule_key = r.rule_key AND s.fingerprint = r.fingerprint "
    "LEFT JOIN exception_threads AS t ON t.signal_key = r.signal_key"
)
_COUNT = (
    "UPDATE exception_threads AS t "  # noqa: S608 - words of our own
    f"SET occurrences = t.occurrences + r.times, last_event_at = {_LATER.format(table='t')} "
    f"FROM (SELECT r.* FROM {{rows}} AS r JOIN signals AS s ON s.id = r.signal_id WHERE {_IS_RAISED}) AS r "
    f"WHERE t.id = r.thread_id AND {_IS_WORKED_ON} RETURNING id"
)
_SEEN = (
    f"UPDATE signals AS s SET last_event_at = {_LATER.format(table='s')} FROM {{rows}} AS r "  # noqa: S608 - words of our own
    "WHERE s.id = r.signal_id"
)
_KEYS: Mapping[str, ColumnKind] = {"rule_key": "text", "fingerprint": "text", "signal_key": "text"}
_COUNTED: Mapping[str, ColumnKind] = {
    "signal_id": "bigint",
    "thread_id": "bigint",
    "times": "bigint",
    "at": "timestamptz",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a signal stands, unlocked; `is_counted` if one more occurrence changes nothing but the count."""

    signal_id: int
    thread_id: int | None
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often a signal's condition was true again, the last time at `last_at`."""

    standing: Standing
    times: int
    last_at: datetime


def standings(tx: Connection, keys: Collection[SignalKey]) -> dict[SignalKey, Standing]:
    """The signals among these that exist."""
    if not keys:
        return {}
    rows = [
        {"rule_key": rule_key, "fingerprint": print_, "signal_key": signal_key(rule_key, print_)}
        for rule_key, print_ in sorted(keys)
    ]
    found = with_rows(tx, _FIND, _KEYS, rows)
    return {
        (rule_key, print_): Standing(signal_id, thread_id, bool(is_counted))
        for rule_key, print_, signal_id, thread_id, is_counted in found
    }


def lock(tx: Connection, found: Collection[Standing]) -> None:
    """Lock signals and their threads, in the one order in which everybody does."""
    wakeups.lock(tx, Subject.SIGNAL, [one.signal_id for one in found])
    wakeups.lock(tx, Subject.THREAD, [one.thread_id for one in found if one.thread_id is not None])


def count(tx: Connection, repeats: Sequence[Repeats]) -> set[int]:
    """Count what may merely be counted; returns the threads. Lock first."""
    rows = [
        {
            "signal_id": one.standing.signal_id,
            "thread_id": one.standing.thread_id,
            "times": one.times,
            "at": one.last_at,
        }
        for one in repeats
    ]
    if not rows:
        return set()
    counted = set(with_rows(tx, _COUNT, _COUNTED, rows).scalars())
    with_rows(tx, _SEEN, _COUNTED, [row for row in rows if row["thread_id"] in counted])
    return counted
