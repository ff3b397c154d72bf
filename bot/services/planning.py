"""Changing the control plan: a new version with who, when and why, or a reason why not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.control_plan import ControlPlanError, load
from bot.services.audit_notes import at_terminal, note
from bot.services.silence import watch_for_silence
from bot.store import plan_history, plan_versions
from bot.store.database import Database
from bot.store.plan_versions import PlanVersion, StaleBaseError
from bot.store.writer_gate import Priority
from rules.audit_entries import Through, What
from rules.control_plan import ControlPlan
from rules.plan_difference import Difference, DifferenceKind, differences


class ReasonMissingError(Exception):
    """A change without a reason; nothing was changed."""


class UnknownVersionError(Exception):
    """A version of the plan that was never applied."""


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What a text would change. `base` is the version it is compared with, 0 before the first one."""

    base: int
    plan: ControlPlan
    differences: tuple[Difference, ...]

    @property
    def is_change(self) -> bool:
        """Whether applying would make a new version; new comments and another layout do not."""
        return self.base == 0 or bool(self.differences)


@dataclass(frozen=True, slots=True)
class Applied:
    """The version now in force. `is_new` is False when the text says what was in force already."""

    version: int
    differences: tuple[Difference, ...]
    is_new: bool


def plan_difference(
    database: Database, text: str, *, file: str = "the plan", base: int | None = None
) -> PlanChange:
    """Compare a text with the version in force, which must be `base` unless that is None.

    Raises ControlPlanError with every problem in the text, and StaleBaseError.
    """
    latest = _latest(database)
    if base is not None and base != _number(latest):
        raise StaleBaseError(_stale(base, latest))
    return _compare(load(text, file=file), latest)


def apply_plan(
    database: Database,
    *,
    text: str,
    file: str,
    base: int | None,
    by: str,
    reason: str,
    now: datetime,
    through: Through = Through.CLI,
) -> Applied:
    """Put a plan in force; every running replica follows by itself.

    `base` is the version that the text was written on top of; None takes whichever is in force. `file`
    only names the text in messages, `by` is a name for the record.

    Raises ControlPlanError, ReasonMissingError and StaleBaseError; then nothing was changed.
    """
    if not reason.strip():
        raise ReasonMissingError('Say why, such as --reason "night shift has a third line"; nothing changed.')
    change = plan_difference(database, text, file=file, base=base)
    if not change.is_change:
        return Applied(change.base, (), is_new=False)
    _add(database, PlanVersion(change.base + 1, text, now, by, reason.strip()), change.plan, through)
    return Applied(change.base + 1, change.differences, is_new=True)


def apply_first_plan(database: Database, *, text: str, file: str, now: datetime) -> bool:
    """Put a plan in force where there is none yet; whether that happened.

    Of several replicas that start together one does it. Raises ControlPlanError.
    """
    if _latest(database) is not None:
        return False
    try:
        apply_plan(
            database,
            text=text,
            file=file,
            base=0,
            by="andon",
            reason="the first plan",
            now=now,
            through=Through.BOT,
        )
    except StaleBaseError:
        return False
    return True


def version_in_force(database: Database) -> PlanVersion:
    """The version in force; raises UnknownVersionError when none was ever applied."""
    latest = _latest(database)
    if latest is None:
        raise UnknownVersionError("No control plan was applied yet.")
    return latest


def version_numbered(database: Database, number: int) -> PlanVersion:
    """One version; raises UnknownVersionError."""
    with database.reading() as tx:
        found = plan_history.find(tx, number)
        newest = plan_versions.latest_number(tx)
    if found is None:
        known = f"versions go from 1 to {newest}" if newest else "none was applied yet"
        raise UnknownVersionError(f"There is no version {number} of the control plan; {known}.")
    return found


def plan_versions_applied(database: Database) -> list[PlanVersion]:
    """All versions without their texts, oldest first."""
    with database.reading() as tx:
        return plan_history.all_versions(tx)


def _add(database: Database, new: PlanVersion, plan: ControlPlan, through: Through) -> None:
    """Comparing took its time and held no lock; the number being unique tells whoever came second."""

    def write(tx: Connection) -> None:
        plan_versions.add(tx, new)
        watch_for_silence(tx, plan, new.applied_at)
        _note(tx, new, through)

    try:
        database.write(write, Priority.HOUSEKEEPING)
    except StaleBaseError:
        raise StaleBaseError(_stale(new.version - 1, _latest(database))) from None


def _note(tx: Connection, new: PlanVersion, through: Through) -> None:
    """With the digest of its text, so that the chain vouches for the plan, too."""
    note(
        tx,
        What.PLAN_APPLIED,
        f"plan version {new.version}",
        by=None if through is Through.BOT else at_terminal(new.applied_by),
        through=through,
        now=new.applied_at,
        why=new.reason,
        old={"version": new.version - 1},
        new={"version": new.version, "sha256": hashlib.sha256(new.text.encode()).hexdigest()},
    )


def _latest(database: Database) -> PlanVersion | None:
    with database.reading() as tx:
        return plan_versions.latest(tx)


def _compare(plan: ControlPlan, latest: PlanVersion | None) -> PlanChange:
    if latest is None:
        return PlanChange(0, plan, ())
    try:
        in_force = load(latest.text, file=f"version {latest.version}")
    except ControlPlanError:
        unreadable = f"version {latest.version}, which this Andon cannot read"
        whole = Difference("the whole plan", DifferenceKind.CHANGED, unreadable, "this one")
        return PlanChange(latest.version, plan, (whole,))
    return PlanChange(latest.version, plan, differences(in_force, plan))


def _number(version: PlanVersion | None) -> int:
    return 0 if version is None else version.version


def _stale(base: int, latest: PlanVersion | None) -> str:
    if latest is None:
        return f"The plan builds on version {base}, but none was ever applied here; nothing was changed."
    when = latest.applied_at.strftime("%Y-%m-%d %H:%M UTC")
    return (
        f"The plan builds on version {base}, but version {latest.version} is in force: {latest.applied_by} "
        f"applied it on {when} because “{latest.reason}”. Nothing was changed. Fetch that version with "
        f"`andon plan pull`, put your change into it and apply again."
    )
