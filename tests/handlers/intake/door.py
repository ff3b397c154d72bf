"""The door of a small plant: the real endpoints, queue, services and database, and a sender with a token."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx2
import uvicorn
from pydantic import SecretStr
from sqlalchemy import func, select, text
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.intake_queue import IntakeQueue, ReadingQueue
from bot.services.admission import Admission
from bot.services.plan_in_force import PlanInForce
from bot.settings import IntakeToken
from bot.store.database import Database
from bot.store.tables import events, exception_threads
from bot.web import web
from handlers.intake.http import Intake
from handlers.intake.readings import Readings
from handlers.intake.tokens import Doorkeeper
from tests.rules.plant import NOON, plan, rule

TOKEN = "right"
DOWN = rule(**{"for": "0s"})
ALERT = rule(
    key="alert",
    on="alertmanager.alert",
    when='event.data.status == "firing"',
    clear_when='event.data.status == "resolved"',
    fingerprint="{{ event.data.fingerprint }}",
    title="{{ event.subject }}",
    **{"for": "0s"},
)
OEE: Mapping[str, Any] = {
    "key": "oee",
    "name": "OEE",
    "unit": "%",
    "direction": "higher",
    "target": 74,
    "owner": "team_lead@filling",
    "area": "filling",
    "thresholds": [{"key": "low", "miss": "5%", "severity": "high", "policy": "standard"}],
}
PLAN = PlanInForce.compile(1, plan(DOWN, ALERT, kpis=[OEE]), {})


@dataclass
class Clock:
    """Stands at noon until a story moves it on."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def fast_forward(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Door:
    """What a sender and somebody who looks into the database see."""

    app: Starlette
    client: TestClient
    database: Database
    queue: IntakeQueue
    admission: Admission
    tokens: Doorkeeper
    clock: Clock = field(default_factory=Clock)
    readings_plan: PlanInForce = PLAN
    """What is in force when readings are committed."""

    def post(
        self,
        body: object,
        *,
        to: str = "/v1/events",
        content_type: str = "application/json",
        authorization: str = f"Bearer {TOKEN}",
        headers: dict[str, str] | None = None,
    ) -> httpx2.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"content-type": content_type, "authorization": authorization, **(headers or {})}
        return self.client.post(to, content=content, headers=sent)

    def stored(self) -> list[tuple[str, str]]:
        """The (source, id) of every event in the database."""
        with self.database.reading() as tx:
            rows = tx.execute(select(events.c.source, events.c.event_id).order_by(events.c.id))
            return [(source, event_id) for source, event_id in rows]

    def data_of(self, event_id: str) -> dict[str, Any]:
        with self.database.reading() as tx:
            found: dict[str, Any] = tx.execute(
                select(events.c.data).where(events.c.event_id == event_id)
            ).scalar_one()
            return found

    def time_of(self, event_id: str) -> datetime:
        with self.database.reading() as tx:
            found: datetime = tx.execute(
                select(events.c.time).where(events.c.event_id == event_id)
            ).scalar_one()
            return found

    def thread_count(self) -> int:
        with self.database.reading() as tx:
            return tx.execute(select(func.count()).select_from(exception_threads)).scalar_one()


@contextmanager
def open_door(database_url: str) -> Iterator[Door]:
    """The whole way in, on a migrated database."""
    clock = Clock()
    database = Database(database_url)
    queue = IntakeQueue(database, plan=lambda: PLAN, now=clock)
    admission = Admission([IntakeToken("mes", SecretStr(TOKEN))], database)
    tokens = Doorkeeper(admission, now=clock)
    values = ReadingQueue(database, plan=lambda: door.readings_plan, now=clock)
    readings = Readings(values, tokens, plan=lambda: PLAN, now=clock)
    app = web(intake=Intake(queue, tokens, plan=lambda: PLAN, now=clock), readings=readings, checks={})
    queue.start()
    values.start()
    try:
        with TestClient(app) as client:
            door = Door(app, client, database, queue, admission, tokens, clock)
            yield door
    finally:
        queue.stop(drain_seconds=10)
        values.stop(drain_seconds=10)
        database.close()


@contextmanager
def writer_elsewhere(database_url: str) -> Iterator[None]:
    """Another process is in the middle of a long write."""
    other = Database(database_url)
    try:
        with other.engine.connect().execution_options(writes=True) as connection, connection.begin():
            if not other.is_sqlite:
                connection.execute(text("LOCK TABLE events IN ACCESS EXCLUSIVE MODE"))
            yield
    finally:
        other.close()


@contextmanager
def served(app: Starlette) -> Iterator[tuple[str, int]]:
    """The app behind a real uvicorn; the address takes connections at once."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()
        finally:
            server.should_exit = True
            thread.join(10)


def stopped(event_id: str, **changes: Any) -> dict[str, Any]:
    """Filler 2 is down, in plain JSON."""
    event = {
        "id": event_id,
        "source": "/mes",
        "type": "machine.state",
        "subject": "filler-2",
        "time": NOON.isoformat(),
        "data": {"state": "DOWN", "reason": "cap jam"},
    }
    return {**event, **changes}
