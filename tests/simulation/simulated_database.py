"""The real database, at whose edges transactions are refused, collide, or end without an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from bot.store.database import Database, DatabaseUnavailableError, OutcomeUnknownError
from bot.store.writer_gate import Priority
from tests.simulation.effects import Effects
from tests.simulation.faults import Fault

R = TypeVar("R")


class _SerializationFailure(Exception):  # noqa: N818 - stands for the driver's own, which is named so
    sqlstate = "40001"


class SimulatedDatabase(Database):
    """One replica's view of the database. `engine` is shared, so that statements are compiled once."""

    def __init__(self, engine: Engine, effects: Effects) -> None:
        super().__init__(str(engine.url))
        self.engine.dispose()
        self.engine = engine
        snapshot = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reader = engine.execution_options(**snapshot)
        self._effects = effects

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A look, which may be refused."""
        self._refuse_perhaps()
        with super().reading() as tx:
            yield tx

    def write(
        self,
        work: Callable[[Connection], R],
        priority: Priority,
        *,
        is_news: Callable[[R], bool] = lambda _: True,
    ) -> R:
        """One transaction, before and after which anything may happen."""
        effects, name = self._effects, _use_case(work)
        effects.boundary(f"before {name}")
        self._refuse_perhaps()

        def watched(tx: Connection) -> R:
            result = work(tx)
            if effects.weather.strikes(Fault.SERIALIZATION):
                effects.say(f"{name} collides")
                raise OperationalError("COMMIT", None, _SerializationFailure("could not serialize access"))
            return result

        effects.open_transactions += 1
        try:
            result = super().write(watched, priority, is_news=is_news)
        except DatabaseUnavailableError:
            effects.weather.troubled(effects.now())
            raise
        finally:
            effects.open_transactions -= 1
        effects.committed(is_press=priority is Priority.PRESS)
        if is_news(result):
            effects.say(f"{name} committed")
        effects.boundary(f"after {name}")
        if effects.weather.strikes(Fault.COMMIT_ANSWER_LOST):
            effects.weather.troubled(effects.now())
            effects.unanswered()
            raise OutcomeUnknownError(f"simulated: {name} was committed, but nobody heard so")
        return result

    def _refuse_perhaps(self) -> None:
        weather, now = self._effects.weather, self._effects.now()
        if weather.lasts(Fault.DATABASE_OUTAGE, now) or weather.strikes(Fault.DATABASE_REFUSES):
            weather.troubled(now)
            raise DatabaseUnavailableError("simulated: the database is away")


def _use_case(work: Callable[..., object]) -> str:
    """The use case inside: what `writes` wraps is a closure over it."""
    cells = dict(zip(work.__code__.co_freevars, work.__closure__ or (), strict=False))
    inner = cells["use_case"].cell_contents if "use_case" in cells else work
    return str(inner.__name__)
