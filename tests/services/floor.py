"""The bot's core around one database, in words of the floor: things happen, time passes, Slack is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.services import boards, delivery, departures
from bot.services.delivery import Parcel
from bot.services.intake import take_in
from bot.services.judging import Judgement, judge
from bot.services.plan_in_force import PlanInForce
from bot.store import outbox
from bot.store.database import Database
from bot.store.tables import outbox as outbox_table
from bot.sweeper import Sweeper
from rules.control_plan import Rule
from rules.delivery import DeliveryState, OutboxRow, Purpose
from rules.events import Event
from rules.exception_threads import ExceptionThread, Fact, FactKind
from rules.reception import Fate
from tests.cast import NOON, event, plan_in_force


class Floor:
    """One bot at work. `now` is its clock; it moves only when a story says so."""

    def __init__(self, database: Database, plan: PlanInForce) -> None:
        self.database = database
        self.plan = plan
        self.now = NOON
        self._sweeper = Sweeper(database, plan=lambda: self.plan, now=lambda: self.now)

    def follows(self, *rules: Rule, **plan: Any) -> None:
        """Another plan is in force."""
        self.plan = plan_in_force(*rules, **plan)

    def takes(self, events: Sequence[Event]) -> list[Judgement]:
        """A batch comes in."""
        return take_in(self.database, judge(events, self.plan), plan=self.plan, now=self.now)

    def hears(self, state: str = "DOWN", **about: Any) -> tuple[Fate, int | None]:
        """One machine says how it is, now unless told otherwise; answers what became of it."""
        (judgement,) = self.takes([event(state, **{"at": self.now, **about})])
        return judgement[0].fate, judgement[0].thread_id

    def waits(self, until: datetime) -> None:
        """The sweeper looks for the first time in a while."""
        self.now = until
        self._sweeper.sweep()

    def thread(self, number: int = 1) -> ExceptionThread:
        return boards.find(self.database, number)

    def facts(self, number: int = 1) -> list[Fact]:
        return list(boards.history(self.database, number))

    def kinds(self, number: int = 1) -> list[FactKind]:
        return [fact.kind for fact in self.facts(number)]

    def rows(self, purpose: Purpose | None = None, **having: Any) -> list[OutboxRow]:
        """What was queued for Slack, in order."""
        with self.database.reading() as tx:
            found = [
                outbox.from_row(row) for row in tx.execute(select(outbox_table).order_by(outbox_table.c.seq))
            ]
        wanted = [row for row in found if purpose is None or row.purpose is purpose]
        return [row for row in wanted if all(getattr(row, name) == value for name, value in having.items())]

    def notes(self) -> list[str]:
        """What the threads in Slack will say, in order."""
        return [row.body["text"] for row in self.rows(Purpose.NOTE) if row.body]

    def claims(self, limit: int = 50, *, by: str = "relay-1") -> list[Parcel]:
        """The relay takes what may leave now."""
        return departures.claim(self.database, by=by, now=self.now, limit=limit)

    def delivers(self, parcel: Parcel, *, ts: str = "100.1") -> None:
        """Slack takes a parcel."""
        delivery.delivered(self.database, parcel, channel_id="C0FILLING", ts=ts, shown="hash", now=self.now)

    def shows_everything(self) -> None:
        """Slack takes all that waits; at its pace that takes a while."""
        for _ in range(100):
            if not self.rows(state=DeliveryState.PENDING):
                return
            for parcel in self.claims():
                self.delivers(parcel, ts=f"100.{parcel.row.seq}")
            self.now += timedelta(seconds=3)
        raise AssertionError(f"still waiting: {self.rows(state=DeliveryState.PENDING)}")
