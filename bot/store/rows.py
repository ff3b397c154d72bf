"""Batch writes in both dialects: upserts, and many rows as one JSON parameter.

A hundred rows in one parameter cost a tenth of a hundred sets of bound values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Table,
    Text,
    TextClause,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

ColumnKind = Literal["text", "bigint", "boolean", "double precision", "timestamptz"]


MANY = 20
"""From so many values on, one parameter costs less than a list."""

_TEXT = Text()


@lru_cache
def _array_of(kind: TypeEngine[Any]) -> postgresql.ARRAY[Any]:
    return postgresql.ARRAY(kind)


def is_sqlite(tx: Connection) -> bool:
    """Whether the transaction runs on SQLite."""
    return tx.dialect.name == "sqlite"


def insert_into(tx: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the transaction's dialect."""
    return sqlite.insert(table) if is_sqlite(tx) else postgresql.insert(table)


def one_of(tx: Connection, column: Column[Any], values: Iterable[int | str]) -> ColumnElement[bool]:
    """Whether a column is one of these values; many go as one parameter, for an IN list is spelt out anew."""
    wanted = list(values)
    if len(wanted) < MANY:
        return column.in_(wanted)
    if not is_sqlite(tx):
        return column == func.any(bindparam(None, wanted, type_=_array_of(column.type)))
    each = func.json_each(bindparam(None, json.dumps(wanted), type_=_TEXT)).table_valued("value")
    return column.in_(select(each.c.value))


def with_rows(
    tx: Connection, statement: str, columns: Mapping[str, ColumnKind], rows: Sequence[Mapping[str, Any]]
) -> CursorResult[*tuple[Any, ...]]:
    """Execute a statement in which `{rows}` is a FROM item with these columns: all rows as one parameter."""
    sqlite = is_sqlite(tx)
    encode = _encode_for_sqlite if sqlite else _encode_for_postgresql
    prepared = _prepared(statement, tuple(columns.items()), None if sqlite else _at_most(len(rows)))
    return tx.execute(prepared, {"rows": encode(rows)})


def upsert_sql(table: str, columns: Iterable[str], *, key: tuple[str, ...], then: str | None = None) -> str:
    """A statement for `with_rows` that writes rows; what is there already is overwritten, or does `then`."""
    names = ", ".join(f'"{name}"' for name in columns)
    fresh = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in key)
    return (
        f"INSERT INTO {table} ({names}) SELECT {names} FROM {{rows}} AS r WHERE true "  # noqa: S608 - names are our own
        f"ON CONFLICT ({', '.join(key)}) DO {then or f'UPDATE SET {fresh}'}"
    )


@lru_cache
def _prepared(statement: str, columns: tuple[tuple[str, ColumnKind], ...], at_most: int | None) -> TextClause:
    """For PostgreSQL if there is a number of rows, which its planner would take for a hundred otherwise."""
    if at_most is None:
        picks = ", ".join(f"value ->> '{name}' AS \"{name}\"" for name, _ in columns)
        source = f"(SELECT {picks} FROM json_each(:rows))"  # noqa: S608 - names are our own columns
    else:
        fields = ", ".join(f'"{name}" {kind}' for name, kind in columns)
        records = f"json_to_recordset(CAST(:rows AS json)) AS fields({fields})"
        source = f"(SELECT * FROM {records} LIMIT {at_most})"  # noqa: S608 - names are our own columns
    return text(statement.replace("{rows}", source))


def _at_most(count: int) -> int:
    """The next power of ten: few different statements, and an estimate that is right in its order."""
    bound = 1
    while bound < count:
        bound *= 10
    return bound


def _sqlite_time(value: object) -> str:
    return _utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def _iso_time(value: object) -> str:
    return _utc(value).isoformat()


def _utc(value: object) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    raise TypeError(f"{value!r} cannot be a column value; times are aware")


_encode_for_sqlite = json.JSONEncoder(default=_sqlite_time, separators=(",", ":")).encode
_encode_for_postgresql = json.JSONEncoder(default=_iso_time, separators=(",", ":")).encode
