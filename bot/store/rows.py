"""Batch writes in both dialects: upserts, and many rows as one JSON parameter.

An executemany cannot tell which of its rows were new; `INSERT … SELECT FROM <rows> … RETURNING` can.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import Column, ColumnElement, Connection, Table, Text, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

ColumnKind = Literal["text", "bigint", "boolean", "timestamptz"]


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


def rows_sql(tx: Connection, columns: Mapping[str, ColumnKind]) -> str:
    """A FROM item with these columns over the JSON array in parameter `:rows`."""
    if is_sqlite(tx):
        picks = ", ".join(f"value ->> '{name}' AS \"{name}\"" for name in columns)
        return f"(SELECT {picks} FROM json_each(:rows))"  # noqa: S608 - names are our own columns
    fields = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    return f"(SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS fields({fields}))"  # noqa: S608 - names are our own columns


def rows_parameter(tx: Connection, rows: Sequence[Mapping[str, Any]]) -> str:
    """The JSON array; times in the form each database stores."""
    form = "%Y-%m-%d %H:%M:%S.%f" if is_sqlite(tx) else "%Y-%m-%dT%H:%M:%S.%f+00:00"

    def encode(value: object) -> str:
        if isinstance(value, datetime):
            return value.astimezone(UTC).strftime(form)
        raise TypeError(f"{value!r} cannot be a column value")

    return json.dumps(rows, default=encode, separators=(",", ":"))
