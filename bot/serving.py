"""Serving: the HTTP edge in front of a running bot, until somebody says stop."""

from __future__ import annotations

import signal
from datetime import timedelta
from types import FrameType

import structlog
import uvicorn
from starlette.applications import Starlette

from bot.app import App
from bot.heartbeat import Heartbeat
from bot.services import quarantine
from bot.settings import Settings, SlackMode
from bot.store import migrate, writability
from bot.store.database import Database, DatabaseUnavailableError
from bot.web import Check, web
from handlers.intake.http import Intake
from handlers.intake.readings import Readings
from handlers.intake.tokens import Doorkeeper
from handlers.metrics import Metrics

SLOWEST_SWEEP = timedelta(seconds=30)
DRAIN_SECONDS = 10
HEARTBEAT_SECONDS = 60

log = structlog.get_logger(__name__)


def run(settings: Settings) -> None:
    """Migrate, start, serve until SIGTERM or Ctrl-C, drain. Raises what a wrong setting raises at once."""
    drain_on_sigterm()
    migrate.upgrade(settings.database_url)
    bot = App(settings)
    try:
        bot.start()
        if settings.heartbeat_url is not None:
            heartbeat = Heartbeat(settings.heartbeat_url.get_secret_value(), checks(bot))
            bot.every(HEARTBEAT_SECONDS, heartbeat.beat)
        server = http_server(bot)
        log.info("andon.running", url=f"http://{settings.host}:{settings.port}")
        server.run()
    finally:
        bot.stop()


def drain_on_sigterm() -> None:
    """Let SIGTERM unwind the program as Ctrl-C does, with exit code 0.

    uvicorn raises the signal again once it has stopped serving; by default that would end the process on
    the spot, before anything is drained.
    """
    signal.signal(signal.SIGTERM, _leave)


def _leave(_: int, __: FrameType | None) -> None:
    raise SystemExit(0)


def http_server(bot: App) -> uvicorn.Server:
    """A server for the bot's HTTP edge; it is not running yet."""
    config = uvicorn.Config(
        asgi(bot),
        host=bot.settings.host,
        port=bot.settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    return uvicorn.Server(config)


def asgi(bot: App) -> Starlette:
    """Intake, health, and in HTTP mode Slack's requests."""
    tokens = Doorkeeper(bot.admission, now=bot.clock.now)
    intake = Intake(bot.intake, tokens, plan=bot.follower.current, now=bot.clock.now)
    slack = bot.bolt if bot.settings.slack_mode is SlackMode.HTTP else None
    readings = Readings(bot.readings, tokens, plan=bot.follower.current, now=bot.clock.now)
    metrics = Metrics(bot.database, now=bot.clock.now)
    return web(intake=intake, readings=readings, metrics=metrics, checks=checks(bot), slack=slack)


def checks(bot: App) -> dict[str, Check]:
    """What /readyz asks."""
    return {
        "database": lambda: _database_trouble(bot.database),
        "slack": lambda: _slack_trouble(bot),
        "delivery": lambda: _delivery_trouble(bot.database),
        "intake": lambda: bot.intake.trouble or bot.readings.trouble,
        "sweeper": lambda: _sweeper_trouble(bot),
        "plan": lambda: None if bot.follower.current().version else "no control plan was applied yet",
    }


def _database_trouble(database: Database) -> str | None:
    try:
        current = migrate.is_current(database)
    except DatabaseUnavailableError as error:
        return str(error)
    if not current:
        return "the schema is older than this program: run `andon db upgrade`"
    return writability.trouble(database)


def _slack_trouble(bot: App) -> str | None:
    trouble = bot.relay.holding.trouble or bot.workspace.trouble
    if trouble is not None:
        return f"{trouble.code}: {trouble.advice}"
    if bot.connection is not None and not bot.connection.is_alive():
        return "no Socket Mode connection: presses and commands do not arrive"
    return None


def _delivery_trouble(database: Database) -> str | None:
    try:
        there = quarantine.standing(database)
    except DatabaseUnavailableError as error:
        return str(error)
    if there is None:
        return None
    return (
        f"in quarantine since {there.since:%Y-%m-%d %H:%M} UTC by {there.by} ({there.reason}): nothing is "
        "sent to Slack and no clock rings until `andon delivery release`"
    )


def _sweeper_trouble(bot: App) -> str | None:
    last = bot.sweeper.last_sweep
    if last is None:
        return "no sweep yet"
    behind = bot.clock.now() - last
    return f"{behind.total_seconds():.0f} s behind: clocks are late" if behind > SLOWEST_SWEEP else None
