"""What makes a Home tab out of date: one redrawing a person is queued, however much changes until it is sent.

Rows are queued last in a transaction and by name, so that two transactions never wait for each other in a
circle. Of people who have never opened theirs nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.services.outbox_rows import outbox_row
from bot.services.plan_in_force import PlanInForce
from bot.store import homes, outbox, readings
from rules.control_plan import Kpi
from rules.delivery import Purpose, Urgency, home_lane
from rules.exception_threads import ExceptionThread
from rules.kpis import standing

GATHERING = timedelta(seconds=2)
"""How long a redrawing waits for more of the same: shorter than anybody looks away."""


def redraw(tx: Connection, people: Iterable[str | None], now: datetime) -> None:
    """Draw the Home tabs of these people anew, if they have ever looked at them."""
    wanted = {person for person in people if person}
    rows = []
    for person in homes.of_people(tx, wanted):
        lane = home_lane(person)
        row = outbox_row(
            purpose=Purpose.HOME,
            target=f"@{person}",
            lane=lane,
            urgency=Urgency.HOME,
            now=now,
            coalesce_key=lane,
        )
        rows.append(row | {"due": now + GATHERING})
    outbox.add(tx, rows)


def redraw_owners(
    tx: Connection, changes: Iterable[tuple[ExceptionThread | None, ExceptionThread]], now: datetime
) -> None:
    """After threads changed from the first to the second: one more occurrence is nothing that shows."""
    people: set[str | None] = set()
    for before, after in changes:
        if _at_a_glance(before) != _at_a_glance(after):
            people |= {after.owner, before.owner if before else None}
    redraw(tx, people, now)


def redraw_everybody(tx: Connection, now: datetime) -> None:
    """After something that everybody is shown, such as the beginning of a maintenance window."""
    redraw(tx, homes.everybody(tx), now)


def redraw_outdated(tx: Connection, plan: PlanInForce, now: datetime) -> None:
    """After another plan came in force: people, KPIs and sessions may be others."""
    redraw(tx, homes.drawn_before(tx, plan.version), now)


@contextmanager
def redrawing_owners_of(
    tx: Connection, kpis: Mapping[str, Kpi], *, plan: PlanInForce, now: datetime
) -> Iterator[None]:
    """Around what may bring KPIs off their targets or back to them, or change one that is off."""
    owners = {key: kpi_owner(kpi, plan) for key, kpi in kpis.items()}
    looking = homes.of_people(tx, {owner for owner in owners.values() if owner})
    watched = {key: kpi for key, kpi in kpis.items() if owners[key] in looking}
    before = _off(tx, watched, now)
    yield
    after = _off(tx, watched, now)
    redraw(tx, [owners[key] for key in watched if before.get(key) != after.get(key)], now)


def kpi_owner(kpi: Kpi, plan: PlanInForce) -> str | None:
    """Key of whoever owns a KPI by the plan in force."""
    owner = plan.index.owner_for(kpi.owner, kpi.area)
    return owner.key if owner else None


def _off(tx: Connection, kpis: Mapping[str, Kpi], now: datetime) -> dict[str, tuple[float | None, bool]]:
    """Value and staleness of those that are off or not known any more."""
    latest = readings.latest(tx, *kpis) if kpis else {}
    stand = {key: standing(kpi, latest.get(key), now) for key, kpi in kpis.items()}
    return {key: (each.value, each.is_stale) for key, each in stand.items() if each.needs_attention}


def _at_a_glance(thread: ExceptionThread | None) -> tuple[object, ...] | None:
    """What the line of a thread shows; None when it stands on nobody's Home."""
    if thread is None or thread.owner is None or not thread.state.needs_work:
        return None
    return (thread.owner, thread.state, thread.tier, thread.due, thread.severity, thread.title, thread.snooze)
