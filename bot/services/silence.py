"""Silence: a KPI that nobody has read for too long is an exception of its own, and never green."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.services.home_rows import kpi_owner, redraw
from bot.services.intake import record_events
from bot.services.judging import Judged, judge
from bot.services.plan_in_force import PlanInForce
from bot.services.waking import Woken
from bot.store import readings, wakeups
from bot.store.database import writes
from bot.store.wakeups import Subject
from bot.store.writer_gate import Priority
from rules.control_plan import ControlPlan, Kpi
from rules.kpi_events import heard_event, stale_event


@writes(Priority.CLOCK)
def note_silence(
    tx: Connection, *, plan: PlanInForce, now: datetime, limit: int, only: tuple[int, ...] | None = None
) -> Woken:
    """Tell the rules of up to `limit` KPIs that they are stale; the next reading clears it."""
    claimed = wakeups.claim_due(tx, Subject.KPI, now, limit, only)
    silent: list[Judged] = []
    owners: list[str | None] = []
    due: dict[int, datetime | None] = {}
    for number, (key, last_at) in readings.watched(tx, claimed).items():
        kpi = plan.index.kpi(key)
        due[number] = stale_at(kpi, last_at) if kpi else None
        if kpi and kpi.stale_after and not _is_ahead(due[number], now):
            silent += judge([stale_event(kpi, last_at=last_at, now=now)], plan)
            owners.append(kpi_owner(kpi, plan))
            due[number] = None
    wakeups.set_due(tx, Subject.KPI, due)
    if silent:
        record_events(tx, silent, plan=plan, now=now)
        redraw(tx, owners, now)
    return Woken(tuple(claimed), more=len(claimed) == limit)


def watch_for_silence(tx: Connection, plan: ControlPlan, now: datetime) -> None:
    """Look anew at every KPI of a plan that comes into force; what was never read is due from now on."""
    kpis = {kpi.key: kpi for kpi in plan.kpis}
    watches = readings.hold(tx, kpis)
    last = readings.last_at(tx, kpis)
    due = {watches[key]: stale_at(kpi, last[key] or now) for key, kpi in kpis.items()}
    wakeups.set_due(tx, Subject.KPI, due)


def wake_when_stale(tx: Connection, kpis: Mapping[int, Kpi], last: Mapping[str, datetime]) -> None:
    """Set the wake-ups of KPIs, by the numbers of their watches, after readings of them came in."""
    due = {number: stale_at(kpi, last[kpi.key]) for number, kpi in kpis.items() if kpi.key in last}
    wakeups.set_due(tx, Subject.KPI, due)


def ends_of_silence(
    kpis: Iterable[Kpi], last: Mapping[str, datetime | None], plan: PlanInForce, now: datetime
) -> list[Judged]:
    """What to tell the rules of KPIs that are heard of `now`; `last` says when each was read before."""
    were_stale = [kpi for kpi in kpis if kpi.stale_after and not _is_ahead(stale_at(kpi, last[kpi.key]), now)]
    return judge([heard_event(kpi, now=now) for kpi in were_stale], plan)


def stale_at(kpi: Kpi, last_at: datetime | None) -> datetime | None:
    """When the last reading is too old; None where the plan sets no limit."""
    return last_at + kpi.stale_after if last_at and kpi.stale_after else None


def _is_ahead(due: datetime | None, now: datetime) -> bool:
    """The plan may allow more time now than when the wake-up was set."""
    return due is not None and due > now
