"""Reading everything out again: page by page, so that no table has to fit into memory."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table, func, select

from bot.store.audit_tables import audit_entries
from bot.store.decision_tables import decision_reviews, decisions
from bot.store.kpi_tables import readings
from bot.store.rows import one_of
from bot.store.session_tables import digests
from bot.store.suppression_tables import held_back, suppressions
from bot.store.tables import clocks, events, exception_threads, outbox, placements, plan_versions, timeline

PAGE = 1_000

Record = dict[str, Any]
"""One line of an export."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of another table that belong to a record: under `name`, in the order of `order`."""

    name: str
    of: Column[Any]
    order: Column[Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is exported together. `at` decides whether a record lies in the span that was asked for.

    `prefix` makes the name that people know it by (EX-12); `parsed` are columns that hold JSON as text;
    `left_out` are columns that mean something to the program alone.
    """

    name: str
    key: Column[Any]
    at: Column[Any]
    prefix: str = ""
    parts: tuple[Part, ...] = ()
    parsed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def table(self) -> Table:
        """Where its records are."""
        return self.key.table


EXCEPTIONS = Kind(
    "exceptions",
    exception_threads.c.id,
    exception_threads.c.opened_at,
    prefix="EX-",
    parts=(
        Part("timeline", timeline.c.thread_id, timeline.c.id),
        Part("clocks", clocks.c.thread_id, clocks.c.kind),
        Part("cards", placements.c.thread_id, placements.c.target),
    ),
    parsed=("rule", "policy"),
    left_out=("signal_key", "chatter_noted_at"),
)

KINDS = (
    Kind("events", events.c.id, events.c.received_at),
    Kind("readings", readings.c.id, readings.c.received_at),
    EXCEPTIONS,
    Kind(
        "decisions",
        decisions.c.id,
        decisions.c.decided_at,
        prefix="D-",
        parts=(Part("reviews", decision_reviews.c.decision_id, decision_reviews.c.id),),
        left_out=("form",),
    ),
    Kind("digests", digests.c.id, digests.c.built_at),
    Kind(
        "suppressions",
        suppressions.c.id,
        suppressions.c.made_at,
        prefix="SU-",
        parts=(Part("held_back", held_back.c.suppression_id, held_back.c.signal_id),),
    ),
    Kind("plan_versions", plan_versions.c.version, plan_versions.c.applied_at),
    Kind("audit", audit_entries.c.id, audit_entries.c.at),
    Kind("deliveries", outbox.c.seq, outbox.c.created_at, left_out=("lane", "coalesce_key")),
)


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` on, before `until`; None is without end."""

    since: datetime | None = None
    until: datetime | None = None


def total(tx: Connection, kind: Kind, span: Span) -> int:
    """How many records there are to read."""
    found: int = tx.execute(_within(select(func.count()).select_from(kind.table), kind, span)).scalar_one()
    return found


def pages(tx: Connection, kind: Kind, span: Span) -> Iterator[list[Record]]:
    """All records in the order of their numbers, at most PAGE at a time."""
    query = _within(select(kind.table), kind, span).order_by(kind.key).limit(PAGE)
    rows: Sequence[Row[Any]] = tx.execute(query).all()
    while rows:
        yield _records(tx, kind, rows)
        rows = tx.execute(query.where(kind.key > rows[-1]._mapping[kind.key.name])).all()


def one(tx: Connection, kind: Kind, number: int) -> Record | None:
    """A single record."""
    found = _records(tx, kind, tx.execute(select(kind.table).where(kind.key == number)).all())
    return found[0] if found else None


def _within(query: Select[Any], kind: Kind, span: Span) -> Select[Any]:
    if span.since is not None:
        query = query.where(kind.at >= span.since)
    if span.until is not None:
        query = query.where(kind.at < span.until)
    return query


def _records(tx: Connection, kind: Kind, rows: Sequence[Row[Any]]) -> list[Record]:
    keys = [row._mapping[kind.key.name] for row in rows]
    parts = {part.name: _parts(tx, part, keys) for part in kind.parts}
    return [
        {
            **({"name": f"{kind.prefix}{key}"} if kind.prefix else {}),
            **_plain(row._mapping, kind.parsed, kind.left_out),
            **{name: found.get(key, []) for name, found in parts.items()},
        }
        for key, row in zip(keys, rows, strict=True)
    ]


def _parts(tx: Connection, part: Part, keys: Sequence[int]) -> Mapping[int, list[Record]]:
    query = select(part.of.table).where(one_of(tx, part.of, keys)).order_by(part.of, part.order)
    found: dict[int, list[Record]] = defaultdict(list)
    for row in tx.execute(query):
        found[row._mapping[part.of.name]].append(_plain(row._mapping, (), (part.of.name,)))
    return found


def _plain(row: Mapping[Any, Any], parsed: Sequence[str], left_out: Sequence[str]) -> Record:
    return {
        name: json.loads(value) if name in parsed else _value(value)
        for name, value in row.items()
        if name not in left_out
    }


def _value(value: Any) -> Any:
    """Times in UTC to the microsecond, as ISO 8601 has them."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
