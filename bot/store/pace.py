"""Pace budgets, shared by all replicas."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.rows import insert_into
from bot.store.tables import pace


def lock_all(tx: Connection) -> dict[str, datetime]:
    """Every budget's `free_at`, by key, held until the transaction ends (a few rows per channel in use)."""
    query = select(pace).order_by(pace.c.key).with_for_update()
    return {row.key: row.free_at for row in tx.execute(query)}


def all_of(tx: Connection) -> dict[str, datetime]:
    """Every budget's `free_at`, by key, as a look finds them."""
    return {row.key: row.free_at for row in tx.execute(select(pace))}


def save(tx: Connection, free_at: Mapping[str, datetime]) -> None:
    """Write budgets."""
    rows = [{"key": key, "free_at": free_at[key]} for key in sorted(free_at)]
    if rows:
        upsert = insert_into(tx, pace)
        fresh = {"free_at": upsert.excluded.free_at}
        tx.execute(upsert.on_conflict_do_update(index_elements=["key"], set_=fresh), rows)
