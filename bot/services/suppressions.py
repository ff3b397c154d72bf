"""Suppressions: made and ended by people, told where they hold, and let go of at their end.

All that a person does here raises SuppressionError, PermissionDeniedError and DatabaseUnavailableError; then
nothing was committed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.messages.blocks import Message
from bot.messages.suppressions import begun, over
from bot.services.audit_notes import note
from bot.services.home_rows import redraw_everybody
from bot.services.outbox_rows import direct_row
from bot.services.people import require
from bot.services.plan_in_force import PlanInForce
from bot.services.waking import Woken
from bot.store import outbox, signals, suppressions, wakeups
from bot.store.database import Database, writes
from bot.store.suppressions import Stage
from bot.store.wakeups import Subject
from bot.store.writer_gate import Priority
from rules.audit_entries import Through, Value, What
from rules.clocks import is_late
from rules.control_plan import Action
from rules.matchers import channels_of_matcher
from rules.signals import Phase
from rules.suppressions import Matcher, Suppression, SuppressionError, check_window, ended


@dataclass(frozen=True, slots=True)
class Listing:
    """Suppressions with how often each has held something back, by number."""

    suppressions: Sequence[Suppression]
    times_held: dict[int, int]


@writes(Priority.PRESS)
def suppress(
    tx: Connection,
    *,
    matcher: Matcher,
    begins: datetime,
    ends: datetime,
    reason: str,
    by: str,
    plan: PlanInForce,
    now: datetime,
) -> Suppression:
    """Somebody silences something for a while. What is open already is not touched."""
    require(plan, by, Action.SUPPRESS)
    check_window(begins, ends, now)
    wanted = Suppression(0, matcher, begins, ends, reason, by, now)
    made = suppressions.add(tx, wanted)
    new = _governed(made)
    note(tx, What.MAINTENANCE_SET, made.name, by=by, through=Through.SLACK, now=now, why=reason, new=new)
    return made


@writes(Priority.PRESS)
def end_early(tx: Connection, number: int, *, by: str, plan: PlanInForce, now: datetime) -> Suppression:
    """Somebody ends one before its time: what still stands opens as soon as the clocks are looked at."""
    require(plan, by, Action.SUPPRESS)
    found = suppressions.held(tx, number)
    if found is None:
        raise SuppressionError(f"There is no SU-{number}. `/andon suppressions` shows those that there are.")
    done = ended(found, by=by, now=now)
    suppressions.end(tx, done)
    old, new = {"ends": found.ends.isoformat()}, {"ends": done.over_at.isoformat()}
    note(tx, What.MAINTENANCE_ENDED, done.name, by=by, through=Through.SLACK, now=now, old=old, new=new)
    return done


@writes(Priority.HOUSEKEEPING)
def plan_ahead(tx: Connection, wanted: Sequence[Suppression]) -> list[Suppression]:
    """Store suppressions that nobody needs to be asked about, such as those of a replay."""
    return [suppressions.add(tx, each) for each in wanted]


def unfinished(database: Database, now: datetime) -> Listing:
    """Those in force and those to come, soonest end first."""
    with database.reading() as tx:
        return _listing(tx, [each for each in suppressions.unfinished(tx) if each.over_at > now])


def in_force(database: Database, now: datetime) -> list[Suppression]:
    """Those that hold now, soonest end first."""
    with database.reading() as tx:
        return [each for each in suppressions.unfinished(tx) if each.holds_at(now)]


def latest(database: Database, *, limit: int) -> Listing:
    """The newest, over or not."""
    with database.reading() as tx:
        return _listing(tx, suppressions.latest(tx, limit))


@writes(Priority.CLOCK)
def ring_suppressions(
    tx: Connection, *, plan: PlanInForce, now: datetime, limit: int, only: tuple[int, ...] | None = None
) -> Woken:
    """Tell of up to `limit` suppressions that begin or end; what one held back that has ended is let go."""
    due = wakeups.claim_due(tx, Subject.SUPPRESSION, now, limit, only)
    found = suppressions.read(tx, due)
    finished = [each for each in found if each.over_at <= now]
    # First all signals, then the rows of suppressions: that is the order in which intake locks them.
    _let_go(tx, finished, now)
    rows = [row for each in finished for row in _told(tx, each, plan, now)]
    holding = [each for each in found if each.over_at > now]
    rows += [row for each in holding for row in _posts(each, begun(each, plan, now), plan, now)]
    suppressions.set_stage(tx, Stage.OVER, {each.id: None for each in finished})
    suppressions.set_stage(tx, Stage.HOLDING, {each.id: each.over_at for each in holding})
    outbox.add(tx, rows)
    if found:
        redraw_everybody(tx, now)
    return Woken(tuple(due), more=len(due) == limit)


def _governed(made: Suppression) -> dict[str, Value]:
    covered = {name: tuple(entries) for name, entries in asdict(made.matcher).items() if entries}
    return {**covered, "begins": made.begins.isoformat(), "ends": made.ends.isoformat()}


def _let_go(tx: Connection, finished: Sequence[Suppression], now: datetime) -> None:
    """Signals that wait for an end that has come early ripen now; another suppression may hold them yet."""
    early = [each for each in finished if each.ended_at is not None]
    waiting = [one.signal_id for each in early for one in suppressions.held_by(tx, each.id) if one.stands]
    wakeups.lock(tx, Subject.SIGNAL, waiting)
    found = [one for one in signals.read(tx, sorted(set(waiting))) if one.phase is Phase.HELD_BACK]
    signals.save(tx, [replace(one, due=now) for one in found if one.due is None or one.due > now])


def _told(tx: Connection, suppression: Suppression, plan: PlanInForce, now: datetime) -> list[dict[str, Any]]:
    """That it is over; nothing where it was called off before it began."""
    if suppression.over_at <= suppression.begins:
        return []
    held = suppressions.held_by(tx, suppression.id)
    others = any(each.holds_at(now) for each in suppressions.unfinished(tx))
    message = over(suppression, held, plan, late=is_late(suppression.over_at, now), others=others)
    return _posts(suppression, message, plan, now)


def _posts(
    suppression: Suppression, message: Message, plan: PlanInForce, now: datetime
) -> list[dict[str, Any]]:
    channels = channels_of_matcher(suppression.matcher, plan.index)
    return [direct_row(channel, message, now) for channel in channels]


def _listing(tx: Connection, found: Sequence[Suppression]) -> Listing:
    return Listing(found, suppressions.times_held(tx, [each.id for each in found]))
