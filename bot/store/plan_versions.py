"""Versions of the control plan, each with who, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from bot.store.tables import plan_versions


class StaleBaseError(Exception):
    """Somebody applied another version meanwhile."""


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One applied plan: its YAML text as it was applied."""

    version: int
    text: str
    applied_at: datetime
    applied_by: str
    reason: str


def latest_number(tx: Connection) -> int:
    """The version in force; 0 when none was ever applied."""
    return tx.execute(select(func.max(plan_versions.c.version))).scalar_one() or 0


def latest(tx: Connection) -> PlanVersion | None:
    """The version in force."""
    row = tx.execute(select(plan_versions).order_by(plan_versions.c.version.desc()).limit(1)).one_or_none()
    return None if row is None else PlanVersion(*row)


def add(tx: Connection, new: PlanVersion) -> None:
    """Store a version; its number is unique, so of two that built on the same base one is refused.

    Raises StaleBaseError.
    """
    try:
        tx.execute(
            insert(plan_versions).values(
                version=new.version,
                text=new.text,
                applied_at=new.applied_at,
                applied_by=new.applied_by,
                reason=new.reason,
            )
        )
    except IntegrityError as error:
        raise StaleBaseError(f"version {new.version} exists already") from error
