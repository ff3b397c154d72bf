"""A plant that goes on whatever happens: two who send events, one who presses, and the account of it all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from bot.sandbox.server import SandboxServer
from tests.processes.account import Account, settle_up
from tests.processes.bot_process import BotProcess, eventually
from tests.processes.records import Records
from tests.processes.traffic import Feeder, Presser, at_work

SETTLING_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Load:
    """Who keeps the bot busy."""

    bot: BotProcess
    sandbox: SandboxServer
    feeders: tuple[Feeder, ...]
    presser: Presser

    @property
    def answered(self) -> int:
        """How many events were, so far."""
        return sum(len(feeder.answered) for feeder in self.feeders)

    def goes_on(self) -> None:
        """Wait until the bot is ready, has taken more events, and a press was answered at some time."""
        eventually(self.bot.is_ready, "the bot is ready")
        before = self.answered
        eventually(lambda: self.answered > before, "it takes events")
        eventually(lambda: self.presser.answered, "a press was answered")

    def settle(self, records: Records) -> Account:
        """Once nobody sends and presses any more: wait until everything is at rest, and compare."""
        eventually(records.is_at_rest, "everything came to rest", timeout=SETTLING_SECONDS)
        return settle_up(records, self.sandbox, self.feeders, [self.presser])


@contextmanager
def under_load(bot: BotProcess, *, seed: int, stoppages: int) -> Iterator[Load]:
    """Within, so many stoppages begin and go on; the bot must be running when it begins."""
    feeders = tuple(
        Feeder(lambda: bot, Random(f"{seed}{name}"), name, between_stoppages=0.5, stoppages=each)
        for name, each in (("a", stoppages - stoppages // 2), ("b", stoppages // 2))
        if each
    )
    load = Load(bot, bot.sandbox, feeders, Presser(bot.sandbox))
    with at_work(*feeders, load.presser):
        yield load
