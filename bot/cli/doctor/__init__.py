"""What stands between this installation and its work, each thing with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.cli.doctor import installation, plans, reach, records, workspace
from bot.cli.doctor.findings import Finding, Mark
from bot.settings import Settings, SlackMode
from bot.slack.clients import Clients
from bot.store import migrate
from bot.store.database import Database
from bot.telemetry import redacted
from rules.control_plan import ControlPlan


def examine(settings: Settings, *, environment: Mapping[str, str], now: datetime) -> Iterator[Finding]:
    """Every check, in the order in which one would mend things. Reads only."""
    yield from installation.check(settings, environment)
    findings, plan = _stored(settings, now)
    yield from findings
    if settings.slack_bot_token is not None:
        yield from _slack(settings, settings.slack_bot_token.get_secret_value(), plan, now)


def _stored(settings: Settings, now: datetime) -> tuple[list[Finding], ControlPlan | None]:
    if not migrate.is_there(settings.database_url):
        return [records.absent(settings.database_url)], None
    database = Database(settings.database_url, pool_size=2)
    try:
        there = records.reachable(database, redacted(settings.database_url))
        if there.mark is not Mark.FINE:
            return [there], None
        about_plan, plan = plans.check(database, settings.control_plan)
        return [there, about_plan, *records.check(database, now, declared=len(settings.intake_tokens))], plan
    finally:
        database.close()


def _slack(settings: Settings, token: str, plan: ControlPlan | None, now: datetime) -> Iterator[Finding]:
    client = Clients.connect(token, settings.slack_api_url).idempotent
    finding, answer = workspace.identity(client)
    yield finding
    if answer is None:
        return
    yield from workspace.rights(answer)
    yield workspace.clock(answer, now)
    if settings.slack_mode is SlackMode.SOCKET and settings.slack_app_token is not None:
        yield workspace.socket(client, settings.slack_app_token.get_secret_value())
    if plan is not None:
        yield from reach.channels(client, plan)
        yield from reach.people(client, plan)
