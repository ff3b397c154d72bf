"""The log of decisions as people look at it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.services.decisions import UnknownDecisionError
from bot.store import decisions
from bot.store.database import Database
from rules.decisions import Decision

MOST_SHOWN = 20

SOON = timedelta(days=7)
"""How far ahead people look for what is due."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Some entries, and how many there are in all."""

    decisions: tuple[Decision, ...]
    total: int


def find(database: Database, decision_id: int) -> Decision:
    """One entry; raises UnknownDecisionError."""
    return _one(trail(database, decision_id), decision_id)


def trail(database: Database, decision_id: int) -> tuple[Decision, ...]:
    """An entry with all those before and after it, oldest first; empty when there is no such entry."""
    found: dict[int, Decision] = {}
    with database.reading() as tx:
        wanted = {decision_id}
        while wanted:
            found |= (fresh := decisions.read(tx, wanted))
            near = {each for entry in fresh.values() for each in (entry.amends, entry.amended_by) if each}
            wanted = near - found.keys()
    return tuple(found[number] for number in sorted(found))


def latest(database: Database, *, kpi: str | None = None, person: str | None = None) -> Entries:
    """The newest entries that nothing has taken the place of."""
    with database.reading() as tx:
        return Entries(*decisions.latest(tx, limit=MOST_SHOWN, kpi=kpi, person=person))


def due(database: Database, *, until: datetime, person: str | None = None) -> Entries:
    """What is to be reviewed by then, earliest first."""
    with database.reading() as tx:
        found = decisions.due(tx, until=until, person=person)
    return Entries(found[:MOST_SHOWN], len(found))


def awaiting(database: Database, person: str) -> Entries:
    """What somebody will be asked about, earliest first, however far ahead."""
    return due(database, until=datetime.max.replace(tzinfo=UTC), person=person)


def _one(found: tuple[Decision, ...], decision_id: int) -> Decision:
    for decision in found:
        if decision.id == decision_id:
            return decision
    raise UnknownDecisionError(decision_id)
