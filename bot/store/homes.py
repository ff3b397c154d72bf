"""Home tabs: who has opened theirs, and what it shows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, delete, null, select, update

from bot.store.home_tables import homes
from bot.store.rows import insert_into
from rules.delivery import Home


def of_people(tx: Connection, people: Collection[str]) -> dict[str, Home]:
    """The Home tabs of those people who have ever opened theirs."""
    if not people:
        return {}
    query = select(homes).where(homes.c.person.in_(sorted(people))).order_by(homes.c.person)
    return {row.person: _from_row(row) for row in tx.execute(query)}


def everybody(tx: Connection) -> list[str]:
    """Whoever has ever opened theirs."""
    return list(tx.execute(select(homes.c.person).order_by(homes.c.person)).scalars())


def drawn_before(tx: Connection, plan_version: int) -> list[str]:
    """Whose Home tab was drawn under an earlier plan."""
    query = select(homes.c.person).where(homes.c.plan_version < plan_version).order_by(homes.c.person)
    return list(tx.execute(query).scalars())


def opened(tx: Connection, person: str, shown: str | None, *, plan_version: int) -> None:
    """Somebody has opened theirs, and it was drawn at once; `shown` is None if that failed."""
    new = insert_into(tx, homes).values(person=person, shown=shown, opened=1, plan_version=plan_version)
    again = {"shown": shown, "opened": homes.c.opened + 1, "plan_version": plan_version}
    tx.execute(new.on_conflict_do_update(index_elements=["person"], set_=again))


def shown(tx: Connection, home: Home, shown: str, *, plan_version: int) -> None:
    """It was drawn. If somebody opened it meanwhile, nobody knows which of the two drawings Slack shows."""
    mine = update(homes).where(homes.c.person == home.person)
    tx.execute(mine.where(homes.c.opened == home.opened).values(shown=shown, plan_version=plan_version))
    tx.execute(mine.where(homes.c.opened != home.opened).values(shown=null()))


def forget(tx: Connection, person: str) -> None:
    """Draw it no more until it is opened again."""
    tx.execute(delete(homes).where(homes.c.person == person))


def _from_row(row: Row[Any]) -> Home:
    return Home(row.person, row.shown, row.opened, row.plan_version)
