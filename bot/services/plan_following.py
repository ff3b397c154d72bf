"""Following the control plan: a running bot takes over each new version without a restart."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.control_plan import ControlPlanError, load
from bot.services.plan_in_force import PlanInForce, slack_ids_of
from bot.store import directory, plan_history, plan_versions
from bot.store.database import Database, DatabaseUnavailableError
from bot.store.directory import EntryKind
from bot.telemetry import SaidOnce
from rules.control_plan import CatchAll, ControlPlan, IntakeLimits, Site

log = structlog.get_logger(__name__)

EMPTY_PLAN = ControlPlan.model_construct(
    site=Site(key="unplanned", name="No control plan yet", timezone="UTC"),
    areas=(),
    people=(),
    catch_all=CatchAll(channel="#unplanned", owner="nobody", policy="none"),
    intake=IntakeLimits(max_age=timedelta(hours=1)),
    escalation_policies={},
)
"""In force before any plan was applied: it has no rules, so nothing ever opens under it."""


class PlanFollower:
    """Holds the plan in force for all threads of the process.

    `current` is quick and never fails; somebody calls `refresh` every few seconds.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._refreshing = threading.Lock()
        self._said = SaidOnce()
        self._seen = 0
        self._current = PlanInForce.compile(0, EMPTY_PLAN, {})

    def current(self) -> PlanInForce:
        """The newest plan that could be read; version 0 is the empty one."""
        return self._current

    def refresh(self) -> bool:
        """Look for a new version and for newly found Slack accounts; whether anything changed.

        A version that cannot be read, or a database that cannot be reached, is logged once; the last good
        plan stays in force.
        """
        with self._refreshing:
            try:
                changed = self._follow()
            except DatabaseUnavailableError as error:
                if self._said.first_time("database"):
                    log.warning("The plan cannot be followed now; the last one stays.", reason=str(error))
                return False
            self._said.forget("database")
            return changed

    def _follow(self) -> bool:
        with self._database.reading() as tx:
            newest = plan_versions.latest_number(tx)
            found = {
                entry.name: entry.slack_id
                for entry in directory.all_entries(tx)
                if entry.kind is EntryKind.PERSON
            }
        if newest != self._seen and self._take_over(newest, found):
            return True
        return self._take_over_accounts(found)

    def _take_over(self, version: int, accounts: Mapping[str, str | None]) -> bool:
        plan = self._read(version)
        self._seen = version
        if isinstance(plan, ControlPlanError):
            log.error(
                "The control plan in the database cannot be read; the last good one stays in force. "
                "Mend it and `andon apply` it again.",
                version=version,
                in_force=self._current.version,
                problems=str(plan),
            )
            return False
        self._current = PlanInForce.compile(version, plan, accounts)
        log.info("Control plan in force", version=version)
        return True

    def _read(self, version: int) -> ControlPlan | ControlPlanError:
        with self._database.reading() as tx:
            stored = plan_history.find(tx, version)
        try:
            return load(stored.text if stored else "", file=f"plan version {version}")
        except ControlPlanError as error:
            return error

    def _take_over_accounts(self, accounts: Mapping[str, str | None]) -> bool:
        slack_ids = slack_ids_of(self._current.index.plan, accounts)
        if slack_ids == self._current.slack_ids:
            return False
        self._current = replace(self._current, slack_ids=slack_ids)
        return True
