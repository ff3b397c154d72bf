"""The audit as people read it, and the verdict on its chain. Reads only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from bot.services.audit_notes import at_terminal
from bot.services.people import require
from bot.services.plan_in_force import PlanInForce
from bot.store import audit_checkpoints, audit_entries, audit_people
from bot.store.audit_entries import Kept
from bot.store.database import Database
from rules.audit_chain import BrokenLink, Checkpoint, Flaw, Verdict, verify
from rules.audit_entries import ANDON, Entry, Someone, Told, is_pseudonym
from rules.control_plan import Action

MOST_SHOWN = 15

_NUMBERED = re.compile(r"(?:(ex|d|su)[\s-]?|#)?([1-9][0-9]{0,17})", re.IGNORECASE | re.ASCII)


class PrunedCheckpointError(Exception):
    """The checkpoint pins only what was pruned since, so it says nothing about what is there."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What the chain looks like. `waiting` counts entries that are not sealed yet."""

    base: Checkpoint
    verdict: Verdict
    waiting: int


def tell(
    database: Database,
    *,
    about: str | None = None,
    by: str | None = None,
    since: datetime | None = None,
    limit: int = MOST_SHOWN,
) -> list[Told]:
    """The newest entries, newest first.

    `about` is a subject such as EX-12, D-3 and plan version 4, or a kind of them, such as plan and kpi;
    `by` a person's key, a user of this machine or a pseudonym.
    """
    with database.reading() as tx:
        people = audit_people.everybody(tx)
        who = {by, *audit_people.pseudonyms_of(tx, [by, at_terminal(by)]).values()} if by else None
        subject = subject_of(about) if about else None
        found = audit_entries.find(tx, about=subject, who=who, since=since, limit=limit)
    return [_told(each, people) for each in found]


def show(database: Database, about: str | None, *, asked_by: str, plan: PlanInForce) -> list[Told]:
    """`tell` for somebody in Slack; raises PermissionDeniedError."""
    require(plan, asked_by, Action.AUDIT)
    return tell(database, about=about)


def subject_of(text: str) -> str:
    """What entries call a subject: `ex 12`, or 12 for short, is EX-12."""
    found = _NUMBERED.fullmatch(text.strip())
    return f"{(found[1] or 'ex').upper()}-{found[2]}" if found else " ".join(text.split())


def examine(database: Database, checkpoints: Iterable[Checkpoint] = ()) -> Examined:
    """Verify the whole chain against every checkpoint that is kept here, and these from elsewhere.

    Raises PrunedCheckpointError for one that lies before the first entry that is left.
    """
    with database.reading() as tx:
        base = audit_checkpoints.base(tx)
        foreign = list(checkpoints)
        for each in foreign:
            if each.number < base.number:
                raise PrunedCheckpointError(
                    f"Checkpoint {each.number} pins entries that were pruned; the audit begins behind "
                    f"{base.number}. Compare with a checkpoint that is newer."
                )
        rows = audit_entries.sealed_after(tx, base.number)
        verdict = _verdict_on(base, foreign) or verify(
            rows, after=base, checkpoints=chain(foreign, audit_checkpoints.every(tx))
        )
        return Examined(base, verdict, audit_entries.count_waiting(tx))


def _verdict_on(base: Checkpoint, foreign: Iterable[Checkpoint]) -> Verdict | None:
    """None when what is known elsewhere of the base is what is kept here."""
    if any(each.number == base.number and each.link != base.link for each in foreign):
        return Verdict(0, base, broken=BrokenLink(base.number, Flaw.REWRITTEN, None))
    return None


def _told(kept: Kept, people: Mapping[str, str]) -> Told:
    entry = kept.entry
    values = _values(entry)
    return Told(
        number=kept.number,
        at=entry.at,
        who=None if entry.who == ANDON else Someone(people.get(entry.who, entry.who)),
        through=entry.through,
        what=entry.what,
        about=entry.about,
        why=entry.why.text if entry.why else "",
        old=_with_people(values.get("old"), people),
        new=_with_people(values.get("new"), people),
    )


def _values(entry: Entry) -> Mapping[str, Any]:
    """Of an entry that somebody tampered with nothing is shown but that there is one."""
    try:
        found = json.loads(entry.change or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _with_people(values: object, people: Mapping[str, str]) -> dict[str, object]:
    if not isinstance(values, dict):
        return {}
    return {name: _someone(value, people) for name, value in values.items()}


def _someone(value: object, people: Mapping[str, str]) -> object:
    is_person = isinstance(value, str) and is_pseudonym(value)
    return Someone(people.get(str(value), str(value))) if is_person else value
