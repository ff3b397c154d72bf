"""Looking up: what the plan's channels and people are called in Slack."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.services.accounts import keep
from bot.services.plan_in_force import PlanInForce
from bot.slack.address_book import AddressBook, NoAddressError
from bot.store.database import Database, DatabaseUnavailableError
from bot.store.directory import Entry
from rules.channels import channels_of
from rules.delivery import FailureKind

log = structlog.get_logger(__name__)


class LookingUp:
    """Asks Slack who and where; what it does not know is listed by `andon doctor`.

    `heard` is called when there may be news. Somebody given by e-mail alone is paged by nobody before Slack
    was asked about them once: so what was cut short is asked again within a minute.
    """

    def __init__(
        self,
        database: Database,
        addresses: AddressBook,
        *,
        plan: Callable[[], PlanInForce],
        now: Callable[[], datetime],
        heard: Callable[[], object],
    ) -> None:
        self._database = database
        self._addresses = addresses
        self._plan = plan
        self._now = now
        self._heard = heard
        self._asked_for: int | None = None
        self._is_cut_short = False

    def look_if_new(self) -> None:
        """Ask, if another plan has come in force."""
        if self._asked_for != self._plan().version:
            self.look()

    def look_again(self) -> None:
        """Ask, if the last answer was cut short."""
        if self._is_cut_short:
            self.look()

    def look(self) -> None:
        """Ask about everything. Never raises for what Slack or the database does."""
        plan = self._plan()
        if plan.version == 0:
            return
        self._asked_for = plan.version
        try:
            entries = self._asked(plan)
        except NoAddressError as error:
            # A token that is refused stays refused until somebody comes and restarts us.
            self._is_cut_short = error.failure.kind is not FailureKind.WORKSPACE
            log.warning("slack.addresses_unknown", code=error.failure.code, advice=error.failure.advice)
            return
        except DatabaseUnavailableError as error:
            self._is_cut_short = True
            log.warning("slack.addresses_not_stored", error=str(error))
            return
        self._is_cut_short = self._addresses.lacks(plan.index.plan.people)
        for entry in entries:
            if entry.trouble:
                log.warning("slack.address_missing", kind=entry.kind, name=entry.name, trouble=entry.trouble)
        self._heard()

    def _asked(self, plan: PlanInForce) -> list[Entry]:
        channels = self._addresses.refresh_channels(channels_of(plan.index.plan))
        people = self._addresses.look_up_people(plan.index.plan.people)
        keep(self._database, people, plan=plan, now=self._now())
        self._addresses.load()
        return [*channels, *people]
