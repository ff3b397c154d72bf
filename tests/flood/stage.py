"""The stage: one replica in fair weather but for what the story brings, and a look at what left when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

import stamina
from sqlalchemy import Connection, Engine, select
from structlog.testing import capture_logs

from bot.store import outbox
from bot.store.tables import exception_threads
from bot.store.tables import outbox as outbox_table
from rules.channels import channels_of
from rules.delivery import OutboxRow
from rules.events import Event
from tests.flood.plan import AREAS, large_plan
from tests.simulation.clock_watch import ClockWatch
from tests.simulation.faults import Stretch
from tests.simulation.ground import SqliteGround
from tests.simulation.invariants import broken_promises
from tests.simulation.simulating import OWN_BUGS
from tests.simulation.world import Script, World

SECOND = timedelta(seconds=1)


class Stage:
    """The world of one story, in which nobody but the story acts."""

    def __init__(self, engine: Engine, stretches: Sequence[Stretch] = ()) -> None:
        self.engine = engine
        quiet = Script(length=timedelta())
        self.world = World(1, engine, quiet, plan=large_plan(), stretches=stretches, replicas=1)
        self.watch = ClockWatch(self.world, engine)
        self.world.on_commit = self.watch.look_again
        self._events = count(1)
        self.world.opens()
        (self.replica,) = self.world.replicas
        self.world.scheduler.spawn(self._look_up_channels, self.replica.process)

    def _look_up_channels(self) -> None:
        self.replica.addresses.refresh_channels(channels_of(large_plan().index.plan))

    @property
    def now(self) -> datetime:
        """The true time."""
        return self.world.scheduler.now

    def fault(self, severity: str, *, part: int | None = None, after: float = 0.0) -> None:
        """A part of some unit fails, so many seconds from now: the same again, or an exception of its own."""
        number = next(self._events)
        part = part or number
        at = self.now + timedelta(seconds=after)
        unit = f"unit-{AREAS[part % len(AREAS)]}"
        event = Event(f"e{number}", "/plant", f"fault.{severity}", unit, at, {"part": part})
        self.world.plant.waiting.add(event.id)
        self.world.scheduler.after(after, lambda: self.world.plant.report(event))

    def run(self, until: Callable[[], bool], *, at_most: timedelta) -> None:
        """Let time pass until something is so, looking once a second."""
        end, look_at = self.now + at_most, self.now
        while (upcoming := self.world.scheduler.next_at) is not None and upcoming <= end:
            if upcoming > look_at:
                if until():
                    return
                look_at = upcoming + SECOND
            self.watch.time_passes(upcoming)
            self.world.scheduler.step()
        assert until(), f"it took longer than {at_most}"

    def is_quiet(self) -> bool:
        """Nothing waits to be taken in or to be told."""
        return not self.world.plant.waiting and not self.waiting()

    def waiting(self) -> int:
        """How many messages Slack has still to be told."""
        with self.reading() as tx:
            counts = outbox.counts(tx)
        return sum(counts.get(state, 0) for state in outbox.WAITING)

    def rows(self) -> list[OutboxRow]:
        """Every message that was ever queued, oldest first."""
        with self.reading() as tx:
            query = select(outbox_table).order_by(outbox_table.c.seq)
            return [outbox.from_row(row) for row in tx.execute(query)]

    def threads(self) -> list[int]:
        """The numbers of all exceptions."""
        with self.reading() as tx:
            return list(tx.execute(select(exception_threads.c.id)).scalars())

    def calls(self, method: str) -> int:
        """How often Slack was asked for something."""
        return sum(asked == method for _, asked in self.world.slack.calls)

    def write(self, work: Callable[[Connection], object]) -> None:
        """Something is saved past the bot, which hears of it as of another replica's work."""
        with self.engine.connect().execution_options(writes=True) as tx, tx.begin():
            work(tx)
        self.world.grapevine.news()

    def broken_promises(self) -> list[str]:
        """What Slack shows, against what the database says."""
        return broken_promises(self.world, self.engine)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A look at the records."""
        with self.engine.connect() as tx:
            yield tx


@contextmanager
def stage(ground: SqliteGround, stretches: Sequence[Stretch] = ()) -> Iterator[Stage]:
    """A stage on fresh ground."""
    with stamina.set_testing(True, attempts=5, cap=True), capture_logs() as log:
        yield Stage(ground.fresh(), stretches)
    assert not [each for each in log if each["event"] in OWN_BUGS]


def landed(row: OutboxRow) -> datetime:
    """When Slack took a message that is still as it was posted."""
    return datetime.fromtimestamp(float(row.ts or 0), UTC)


def posts_of(rows: Sequence[OutboxRow]) -> list[OutboxRow]:
    """For each message that Slack shows the row that posted it: others brought it up to date, or share it."""
    return list({row.ts: row for row in reversed(rows) if row.ts}.values())
