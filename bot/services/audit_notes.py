"""Audit notes: one line in a use case that writes, in its transaction, who changed what and why.

`note` comes last in a transaction: whoever is new to the audit gets a pseudonym there, and of two
transactions that want to give one to the same person the second waits for the first.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from bot.store import audit_entries, audit_people
from rules.audit_entries import ANDON, AT_TERMINAL, Entry, Reason, Someone, Through, Values, What, pseudonym
from rules.exception_threads import Change, ExceptionThread, Fact, FactKind

_OF_A_PRESS = {
    FactKind.ACKNOWLEDGED: What.EXCEPTION_ACKNOWLEDGED,
    FactKind.CONTAINED: What.EXCEPTION_CONTAINED,
    FactKind.RESOLVED: What.EXCEPTION_RESOLVED,
    FactKind.REASSIGNED: What.EXCEPTION_REASSIGNED,
    FactKind.SNOOZED: What.EXCEPTION_SNOOZED,
    FactKind.ESCALATED: What.EXCEPTION_ESCALATED,
    FactKind.MERGED: What.EXCEPTION_MERGED,
    FactKind.ABSORBED: What.EXCEPTION_ABSORBED,
    FactKind.CANCELLED: What.EXCEPTION_CANCELLED,
}


def note(
    tx: Connection,
    what: What,
    about: str,
    *,
    by: str | None,
    through: Through,
    now: datetime,
    why: str = "",
    old: Values | None = None,
    new: Values | None = None,
) -> None:
    """Write down one governed change.

    `by` is a person's key, or at a terminal what `at_terminal` makes of a user's name; None is the bot.
    `about` names the subject as people do: EX-12, D-3, plan version 4, kpi oee. People among the values
    stand there as Someone. Text that people typed belongs into `why` alone, for only that can be erased.
    """
    values = [*(old or {}).values(), *(new or {}).values()]
    people = {each.key for each in values if isinstance(each, Someone)} | ({by} if by else set())
    called = _pseudonyms(tx, people, now)
    entry = Entry(
        at=now,
        who=called[by] if by else ANDON,
        through=through.value,
        what=what.value,
        about=about,
        why=Reason.given(why, salt=secrets.token_hex(8)),
        change=_as_json(old, new, called),
    )
    audit_entries.add(tx, entry)


def note_presses(
    tx: Connection, before: ExceptionThread, change: Change, *, by: str, through: Through, now: datetime
) -> None:
    """Write down what somebody did to an exception."""
    old, new = _differing(before, change.thread)
    for fact in change.facts:
        if fact.kind in _OF_A_PRESS:
            what, about = _OF_A_PRESS[fact.kind], change.thread.name
            note(tx, what, about, by=by, through=through, now=now, why=_said(fact), old=old, new=new)


def at_terminal(user: str) -> str:
    """What the audit calls whoever types commands on the bot's own machine; they need not be in the plan."""
    return f"{AT_TERMINAL}{user}"


def _pseudonyms(tx: Connection, people: Collection[str], now: datetime) -> dict[str, str]:
    if not people:
        return {}
    known = audit_people.pseudonyms_of(tx, people)
    new = {person: pseudonym(secrets.token_hex(6)) for person in people if person not in known}
    if not new:
        return known
    audit_people.add(tx, new, now)
    return audit_people.pseudonyms_of(tx, people)


def _as_json(old: Values | None, new: Values | None, called: dict[str, str]) -> str:
    told = {"old": old, "new": new}
    shown = {
        side: {
            name: called[value.key] if isinstance(value, Someone) else value for name, value in values.items()
        }
        for side, values in told.items()
        if values
    }
    return json.dumps(shown, separators=(",", ":"), sort_keys=True) if shown else ""


def _differing(before: ExceptionThread, after: ExceptionThread) -> tuple[Values, Values]:
    """What of it governs who has to do what."""
    old, new = _governed(before), _governed(after)
    changed = [name for name in old if old[name] != new[name]]
    return {name: old[name] for name in changed}, {name: new[name] for name in changed}


def _governed(thread: ExceptionThread) -> Values:
    return {
        "state": thread.state.value,
        "owner": Someone(thread.owner) if thread.owner else None,
        "tier": thread.tier,
        "occurrences": thread.occurrences,
        "snoozed_until": thread.snooze.until.isoformat() if thread.snooze else None,
        "merged_into": f"EX-{thread.merged_into}" if thread.merged_into else None,
    }


def _said(fact: Fact) -> str:
    answers = fact.detail.get("answers", {})
    given = [fact.detail.get("reason"), fact.detail.get("action")]
    return "; ".join([*(str(each) for each in given if each), *(f"{k}: {v}" for k, v in answers.items())])
