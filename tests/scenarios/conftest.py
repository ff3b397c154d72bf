"""Setting the stage: a workspace with the cast in it, a database with the plan in it, and the bot running."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.clock import ShiftedClock
from bot.control_plan import load
from bot.messages.manifest import manifest
from bot.sandbox.server import SandboxServer
from bot.services.planning import apply_plan
from bot.settings import IntakeToken, Settings, SlackMode
from bot.store.database import Database
from rules.channels import channels_of
from rules.control_plan import ControlPlan
from tests.scenarios.actors import ANSWER_SECONDS
from tests.scenarios.stage import Stage

PLAN_TEXT = Path(__file__).with_name("plan.yaml").read_text(encoding="utf-8")
STRANGER = "zoe"

SetStage = Callable[..., Stage]


@pytest.fixture
def set_stage(database_url: str) -> Iterator[SetStage]:
    """Set a stage of its own kind: `at` a moment, under another `plan`, with a lesser `sandbox`.

    Unless a story says otherwise the bot is in Socket Mode on SQLite and in HTTP mode on PostgreSQL.
    """
    with ExitStack() as backstage:

        def build(
            *,
            at: datetime | None = None,
            plan: str = PLAN_TEXT,
            mode: SlackMode | None = None,
            sandbox: dict[str, Any] | None = None,
        ) -> Stage:
            clock = ShiftedClock(at - datetime.now(UTC) if at else timedelta())
            slack = _workspace(clock, _read(plan), sandbox or {})
            backstage.callback(slack.stop)
            settings = _settings(slack, database_url, mode or _usual_mode(database_url))
            put_in_force(database_url, plan, clock.now())
            stage = Stage(settings, slack, clock)
            backstage.callback(stage.bot_stops)
            return stage

        yield build


@pytest.fixture
def stage(set_stage: SetStage) -> Stage:
    """The mill on an ordinary day."""
    return set_stage()


def put_in_force(database_url: str, plan: str, now: datetime, reason: str = "the story needs it") -> None:
    """What `andon apply` does from another process."""
    database = Database(database_url)
    apply_plan(database, text=plan, file="plan.yaml", base=None, by="olga", reason=reason, now=now)
    database.close()


@cache
def _read(plan: str) -> ControlPlan:
    """Once for each text, because reading one takes a while."""
    return load(plan, file="plan.yaml")


PLAN = _read(PLAN_TEXT)


def _workspace(clock: ShiftedClock, plan: ControlPlan, options: dict[str, Any]) -> SandboxServer:
    sandbox = SandboxServer(now=clock.now, **{"ack_seconds": ANSWER_SECONDS} | options)
    workspace = sandbox.workspace
    workspace.tickets.trigger_life = timedelta(seconds=ANSWER_SECONDS)
    for person in plan.people:
        workspace.add_user(person.key, real_name=person.name, email=person.email or "", id=person.slack)
    workspace.add_user(STRANGER, real_name="Zoe Stranger", email="zoe@elsewhere.example")
    for channel in (*channels_of(plan), "#canteen"):
        workspace.add_channel(channel.removeprefix("#"))
    workspace.install(manifest=manifest(socket_mode=True, request_url=None))
    sandbox.start()
    return sandbox


def _usual_mode(database_url: str) -> SlackMode:
    return SlackMode.SOCKET if database_url.startswith("sqlite") else SlackMode.HTTP


def _settings(sandbox: SandboxServer, database_url: str, mode: SlackMode) -> Settings:
    workspace = sandbox.workspace
    return Settings(
        slack_mode=mode,
        slack_bot_token=SecretStr(workspace.bot_token),
        slack_app_token=SecretStr(workspace.app_token),
        slack_signing_secret=SecretStr(workspace.signing_secret),
        slack_api_url=f"{sandbox.url}/api/",
        database_url=database_url,
        intake_tokens=(IntakeToken("mill", SecretStr("mill")),),
    )
