"""Whom the pseudonyms of the audit stand for. Deleting a row forgets the person, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.store.audit_tables import audit_people
from bot.store.rows import insert_into


def pseudonyms_of(tx: Connection, people: Collection[str]) -> dict[str, str]:
    """Pseudonyms by person, as far as they have one."""
    columns = (audit_people.c.person, audit_people.c.pseudonym)
    rows = tx.execute(select(*columns).where(audit_people.c.person.in_(sorted(people))))
    return {row.person: row.pseudonym for row in rows}


def add(tx: Connection, pseudonyms: Mapping[str, str], now: datetime) -> None:
    """Give people a pseudonym; whoever got one meanwhile keeps that."""
    statement = insert_into(tx, audit_people).on_conflict_do_nothing(index_elements=["person"])
    for person in sorted(pseudonyms):
        tx.execute(statement.values(pseudonym=pseudonyms[person], person=person, since=now))


def everybody(tx: Connection) -> dict[str, str]:
    """People by pseudonym; those who were forgotten are not among them."""
    columns = (audit_people.c.pseudonym, audit_people.c.person)
    return {row.pseudonym: row.person for row in tx.execute(select(*columns))}


def forget(tx: Connection, person: str) -> None:
    """Nobody can say any more whom the pseudonym stood for."""
    tx.execute(delete(audit_people).where(audit_people.c.person == person))
