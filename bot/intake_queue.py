"""The intake queues: events and readings, each gathered from many requests into one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.gathering import GatheringQueue
from bot.services.intake import take_in
from bot.services.judging import Judgement, judge
from bot.services.plan_in_force import PlanInForce
from bot.services.readings import Receipt, take_readings
from bot.store.database import Database
from rules.events import Event
from rules.kpis import Reading

CAPACITY = 10_000
BATCH = 200


class IntakeQueue(GatheringQueue[Event, Judgement]):
    """Events, judged by the plan in force and taken in."""

    def __init__(
        self,
        database: Database,
        *,
        plan: Callable[[], PlanInForce],
        now: Callable[[], datetime],
        capacity: int = CAPACITY,
        batch: int = BATCH,
    ) -> None:
        def take(events: Sequence[Event]) -> list[Judgement]:
            in_force = plan()
            return take_in(database, judge(events, in_force), plan=in_force, now=now())

        super().__init__(take, what="events", capacity=capacity, batch=batch)


class ReadingQueue(GatheringQueue[Reading, Receipt]):
    """Readings; a request with one of a KPI that the plan does not know ends with UnknownKpiError."""

    def __init__(
        self,
        database: Database,
        *,
        plan: Callable[[], PlanInForce],
        now: Callable[[], datetime],
        capacity: int = CAPACITY,
        batch: int = BATCH,
    ) -> None:
        def take(readings: Sequence[Reading]) -> list[Receipt]:
            return take_readings(database, readings, plan=plan(), now=now())

        super().__init__(take, what="readings", capacity=capacity, batch=batch)
