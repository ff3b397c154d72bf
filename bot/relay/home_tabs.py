"""Drawing a Home tab that the outbox asks for: from the state at this moment, if that shows anything new."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.services import delivery, homes
from bot.services.delivery import Parcel
from bot.services.plan_in_force import PlanInForce
from bot.slack.address_book import NoAddressError
from bot.slack.clients import Clients
from bot.store.database import Database
from rules.delivery import Failure, FailureKind


class HomeTabs:
    """Publishes Home tabs. Sending the same twice shows it once, so nothing ever has to be looked for."""

    def __init__(
        self,
        database: Database,
        clients: Clients,
        *,
        plan: Callable[[], PlanInForce],
        now: Callable[[], datetime],
        workspace_url: Callable[[], str],
    ) -> None:
        self._database = database
        self._clients = clients
        self._plan = plan
        self._now = now
        self._workspace_url = workspace_url

    def draw(self, parcel: Parcel) -> Callable[[], None]:
        """Bring one up to date; returns how to write down that it is.

        Raises NoAddressError for somebody whom the plan or Slack does not know, and CALL_FAILURES.
        """
        plan, person = self._plan(), parcel.row.target.removeprefix("@")
        slack_user = plan.slack_ids.get(person)
        if slack_user is None or plan.index.person(person) is None:
            raise NoAddressError(_nobody(person))
        view = homes.home_of(
            self._database, person, plan=plan, now=self._now(), workspace_url=self._workspace_url()
        )
        shown = homes.fingerprint(view)
        if parcel.home is None or parcel.home.shown != shown:
            self._clients.idempotent.views_publish(user_id=slack_user, view=view)
        return lambda: delivery.home_drawn(
            self._database, parcel, shown=shown, plan_version=plan.version, now=self._now()
        )


def _nobody(person: str) -> Failure:
    advice = f"{person} has left the plan or has no Slack account; their Home tab is drawn no more."
    return Failure(FailureKind.REFUSED, "user_not_found", advice)
