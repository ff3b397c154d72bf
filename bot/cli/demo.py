"""The demo: a local Slack workspace, a simulated plant and the production bot, in one process."""

from __future__ import annotations

import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
import typer
from pydantic import SecretStr

from bot.app import App
from bot.cli.demo_past import remember_decisions
from bot.cli.demo_plan import as_yaml, example_plan, quickened, reviewing_at
from bot.cli.demo_welcome import welcome
from bot.messages.manifest import manifest
from bot.sandbox.crew import Crew
from bot.sandbox.crew_decisions import Decider, Intent
from bot.sandbox.plant import Plant
from bot.sandbox.server import SandboxServer
from bot.services.planning import apply_plan
from bot.serving import drain_on_sigterm, http_server
from bot.settings import IntakeToken, Settings
from bot.store import migrate
from bot.store.database import Database
from rules.channels import channels_of
from rules.control_plan import ControlPlan
from rules.decisions import ReviewTime

PAGE_PORT = 8320
FIRST_TO_MEET = "maria"
LEFT_TO_THE_VISITOR = ("Filler 2",)
WHO_DECIDES = "henrik"
OFF_TARGET = "oee-line-2"
TIME_TO_DECIDE = timedelta(seconds=105)
TOPICS = {
    "#filling-hall": "Lines 1 to 3, syrup room, cleaning in place",
    "#packaging": "Labellers, packers, palletisers and the pasteuriser",
    "#warehouse": "Docks, trucks and packaging material",
    "#utilities": "Air, steam, cold, CO₂, water and plant IT",
    "#quality-lab": "Holds, samples and releases",
    "#tier-meetings": "What each meeting must decide, some time before it begins",
    "#plant-control-room": "Whatever belongs nowhere else, and what the operators must know",
    "#plant-escalations": "What the tiers below could not settle in time",
}

log = structlog.get_logger(__name__)


def main() -> None:
    """Run until Ctrl-C or SIGTERM."""
    drain_on_sigterm()
    with tempfile.TemporaryDirectory(prefix="andon-demo-") as folder:
        review = next_review(datetime.now(UTC))  # noqa: TID251 - the edge: a demo begins now
        plan = reviewing_at(quickened(example_plan()), review)
        sandbox = workspace_for(plan, port=_free_port(PAGE_PORT))
        settings = settings_for(sandbox, Path(folder))
        prepare_database(settings, plan)
        with _playing(sandbox, settings, plan):
            _greet(sandbox.url, settings)


def next_review(now: datetime) -> datetime:
    """When decisions are reviewed: the full minute after one can have been logged before a visitor's eyes."""
    return (now + TIME_TO_DECIDE).replace(second=0, microsecond=0) + timedelta(minutes=1)


def workspace_for(plan: ControlPlan, *, port: int = 0) -> SandboxServer:
    """A started workspace with the plan's people and channels, and the app installed."""
    sandbox = SandboxServer(port=port)
    people = sorted(plan.people, key=lambda person: person.key != FIRST_TO_MEET)
    for person in people:
        title = ", ".join(role.replace("_", " ") for role in person.roles)
        email = person.email or f"{person.key}@{plan.site.key}.example"
        sandbox.workspace.add_user(
            person.key, real_name=person.name, email=email, id=person.slack, title=title
        )
    for channel in _halls_first(plan):
        sandbox.workspace.add_channel(channel.removeprefix("#"), topic=TOPICS.get(channel, ""))
    welcome(sandbox.workspace, plan.areas[0].channel)
    sandbox.workspace.install(manifest=manifest(socket_mode=True, request_url=None))
    sandbox.start()
    return sandbox


def _halls_first(plan: ControlPlan) -> list[str]:
    """Channels as a visitor should meet them: where the work is, then where it escalates to."""
    areas = [area.channel for area in plan.areas]
    return [*areas, *(channel for channel in channels_of(plan) if channel not in areas)]


def settings_for(sandbox: SandboxServer, folder: Path) -> Settings:
    """What `andon run` would read from the environment."""
    workspace = sandbox.workspace
    return Settings(
        slack_bot_token=SecretStr(workspace.bot_token),
        slack_app_token=SecretStr(workspace.app_token),
        slack_api_url=f"{sandbox.url}/api/",
        database_url=f"sqlite:///{folder / 'andon.db'}",
        port=_free_port(PAGE_PORT + 1),
        intake_tokens=(IntakeToken("plant", SecretStr(secrets.token_urlsafe(24))),),
    )


def prepare_database(settings: Settings, plan: ControlPlan) -> None:
    """A fresh schema with the plan as its first version, and what was decided last week."""
    now = datetime.now(UTC)  # noqa: TID251 - the edge: a demo begins now
    migrate.upgrade(settings.database_url)
    database = Database(settings.database_url)
    apply_plan(
        database,
        text=as_yaml(plan),
        file="control-plan.yaml",
        base=0,
        by="demo",
        reason="The example plant with short clocks",
        now=now,
    )
    remember_decisions(database, plan, now)
    database.close()


@contextmanager
def _playing(sandbox: SandboxServer, settings: Settings, plan: ControlPlan) -> Iterator[None]:
    """Bot, crew and plant at work around whatever happens inside."""
    bot = App(settings)
    bot.start()
    server = http_server(bot)
    token = settings.intake_tokens[0].secret.get_secret_value()
    story = Plant(f"http://{settings.host}:{settings.port}", token, narrate=sandbox.workspace.narrate)
    crew = Crew(sandbox, visitor=FIRST_TO_MEET, spared=LEFT_TO_THE_VISITOR, decider=decider(sandbox, plan))
    story.start()
    crew.start()
    try:
        yield
        server.run()
    finally:
        story.stop()
        crew.stop()
        bot.stop()
        sandbox.stop()


def decider(sandbox: SandboxServer, plan: ControlPlan) -> Decider:
    """The area manager, who decides about the line that loses, to be reviewed before the visitor's eyes."""
    review = ReviewTime.of(plan.site)
    now = sandbox.workspace.now()
    today = now.astimezone(review.zone).date()
    day = today if review.on(today) > now else today + timedelta(days=1)
    decided = {
        "decision": "Two operators at the infeed of filler 2 until the star wheel is changed",
        "kpi": OFF_TARGET,
        "change": "8",
        "by_when": day.isoformat(),
        "owner": sandbox.workspace.user(WHO_DECIDES).id,
    }
    name = next(kpi.name for kpi in plan.kpis if kpi.key == OFF_TARGET)
    return Decider(sandbox, person=WHO_DECIDES, intent=Intent(name, decided))


def _greet(url: str, settings: Settings) -> None:
    token = settings.intake_tokens[0].secret.get_secret_value()
    typer.echo(f"\n  Open {url}\n")
    typer.echo("  You are Maria, team lead of the filling hall; in ten seconds filler 2 stops.")
    typer.echo(f"  Events of your own go to port {settings.port}, POST /v1/events,")
    typer.echo(f"  with the header  Authorization: Bearer {token}")
    typer.echo("  Ctrl-C ends it; nothing is kept.\n")


def _free_port(wanted: int) -> int:
    """The wanted port, or any when that is taken."""
    for port in (wanted, 0):
        try:
            with socket.create_server(("127.0.0.1", port)) as listener:
                return int(listener.getsockname()[1])
        except OSError:
            continue
    raise OSError("no port is free on this machine")
