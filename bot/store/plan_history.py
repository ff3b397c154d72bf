"""Earlier versions of the control plan: any one of them, and the list of all."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.store.plan_versions import PlanVersion
from bot.store.tables import plan_versions


def find(tx: Connection, version: int) -> PlanVersion | None:
    """One version by its number."""
    row = tx.execute(select(plan_versions).where(plan_versions.c.version == version)).one_or_none()
    return None if row is None else PlanVersion(*row)


def all_versions(tx: Connection) -> list[PlanVersion]:
    """Every version, oldest first; their texts are left out, for there may be many."""
    columns = [column for column in plan_versions.c if column.name != "text"]
    query = select(*columns).order_by(plan_versions.c.version)
    return [PlanVersion(text="", **row) for row in tx.execute(query).mappings()]
