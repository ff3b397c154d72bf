"""Forgetting a person: the audit keeps what was done, and nobody can say any more by whom."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.services.audit_notes import at_terminal, note
from bot.store import audit_entries, audit_people
from bot.store.database import writes
from bot.store.writer_gate import Priority
from rules.audit_entries import Through, What, is_pseudonym
from rules.coverage.finding import suggestion


class UnknownToAuditError(Exception):
    """The audit knows nobody of that name."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Whom nobody knows any more, and what stays: `entries` of theirs, and `reasons` that they gave."""

    pseudonym: str
    entries: int
    erased: int
    reasons: int


@writes(Priority.HOUSEKEEPING, is_news=lambda _: False)
def forget(
    tx: Connection, person: str, *, names: Collection[str], with_reasons: bool, by: str, now: datetime
) -> Forgotten:
    """Forget a person, and erase every reason in which one of `names` stands; this cannot be undone.

    `with_reasons` also erases every reason that the person gave. The chain stays whole: it holds digests of
    reasons only. Raises UnknownToAuditError.
    """
    pseudonym = _pseudonym(tx, person)
    given = list(audit_entries.reasons(tx))
    named = _naming([person, *names])
    erased = [id_ for id_, who, text in given if named.search(text) or (with_reasons and who == pseudonym)]
    audit_entries.erase_reasons(tx, erased)
    audit_people.forget(tx, person)
    note(tx, What.PERSON_FORGOTTEN, pseudonym, by=at_terminal(by), through=Through.CLI, now=now)
    left = sum(who == pseudonym for id_, who, _ in given if id_ not in set(erased))
    return Forgotten(pseudonym, audit_entries.count_by(tx, pseudonym), len(erased), left)


def _pseudonym(tx: Connection, person: str) -> str:
    """Theirs, also of somebody who was forgotten before and is called by it."""
    found = audit_people.pseudonyms_of(tx, [person]).get(person, person)
    if is_pseudonym(found) and audit_entries.count_by(tx, found):
        return found
    known = audit_people.everybody(tx).values()
    meant = suggestion(person, known) if known else "nobody did anything yet"
    raise UnknownToAuditError(f"The audit knows no {person!r}, so nothing was changed; {meant}")


def _naming(names: Collection[str]) -> re.Pattern[str]:
    """Any of the names as words of their own, however they are written."""
    words = sorted({name.strip() for name in names if name.strip()}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
