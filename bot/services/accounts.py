"""Accounts: who of the plan has one in Slack. Whoever loses theirs is told to the operators, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.messages.absentees import Absentee, absent
from bot.services.home_rows import kpi_owner
from bot.services.outbox_rows import direct_row
from bot.services.plan_in_force import PlanInForce
from bot.store import directory, outbox
from bot.store.database import writes
from bot.store.directory import Entry, EntryKind
from bot.store.writer_gate import Priority
from rules.control_plan import Session
from rules.targets import Target, people_of


@writes(Priority.HOUSEKEEPING)
def keep(tx: Connection, found: Sequence[Entry], *, plan: PlanInForce, now: datetime) -> None:
    """Write down what Slack said of people; whom it does not know any more is news for the operators."""
    before = {entry.name for entry in directory.all_entries(tx) if _is_gone(entry)}
    directory.save(tx, found)
    gone = [
        absentee
        for entry in found
        if _is_gone(entry) and entry.name not in before and (absentee := _absentee(entry, plan))
    ]
    if gone:
        key = "absent:" + ",".join(sorted(each.person.key for each in gone))
        row = direct_row(plan.index.plan.catch_all.channel, absent(gone), now)
        outbox.add(tx, [row | {"coalesce_key": key}])


def _is_gone(entry: Entry) -> bool:
    return entry.kind is EntryKind.PERSON and entry.trouble is not None


def _absentee(entry: Entry, plan: PlanInForce) -> Absentee | None:
    person = plan.index.person(entry.name)
    if person is None:
        return None
    leads = [each.name for each in plan.index.plan.sessions if _leader(each, plan) == person.key]
    owns = [each.name for each in plan.index.plan.kpis if kpi_owner(each, plan) == person.key]
    return Absentee(person, entry.trouble or "", tuple(leads), tuple(owns))


def _leader(session: Session, plan: PlanInForce) -> str | None:
    people = people_of(Target.parse(session.facilitator), owner=None, area=session.area, index=plan.index)
    return people[0].key if people else None
