"""kill -9 again and again, aimed at every moment of a bot's life, while events and presses go on."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bot.sandbox.faults import Fault
from bot.sandbox.server import SandboxServer
from bot.store.database import Database
from rules.delivery import DeliveryState
from tests.processes.account import Account, settle_up
from tests.processes.bot_process import BotProcess, eventually
from tests.processes.records import Records
from tests.processes.traffic import Feeder, Presser, at_work
from tests.processes.warm_start import WarmStarter

PLAN = Path(__file__).with_name("plant.yaml")
AIM_SECONDS = 3.0
"""What a kill is aimed at comes within so many seconds, or is not waited for any longer."""

SETTLING_SECONDS = 600.0
SLOW_SLACK = 0.2


@dataclass(frozen=True, slots=True)
class Script:
    """How long a story is. `real_leases` leaves the leases of half the dead as they are: a minute."""

    kills: int
    while_migrating: int = 1
    between_stoppages: float = 2.0
    stoppages: int = 3
    real_leases: bool = False
    tell: Callable[[str], None] = lambda _: None


@dataclass
class KillStory:
    """One bot on one database, killed so often; everything random comes from the seed."""

    sandbox: SandboxServer
    database_url: str
    folder: Path
    starter: WarmStarter
    seed: int
    script: Script
    struck: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        settings = {"ANDON_CONTROL_PLAN": str(PLAN)}
        self.bot = BotProcess(
            self.sandbox, self.database_url, self.folder, starter=self.starter, settings=settings
        )
        self.feeders = [
            Feeder(
                lambda: self.bot,
                Random(f"{self.seed}{name}"),
                name,
                between_stoppages=self.script.between_stoppages,
                stoppages=self.script.stoppages,
            )
            for name in ("a", "b")
        ]
        self.presser = Presser(self.sandbox)

    def run(self) -> Account:
        """Tell it from an empty database to the account."""
        self.sandbox.faults.add(Fault("slow", method="chat.*", seconds=SLOW_SLACK))
        try:
            for _ in range(self.script.while_migrating):
                self._kill_at_start()
            self.bot.start()
            self.bot.kill()
            with _records(self.database_url) as records:
                return self._go_on(records)
        finally:
            self.bot.stop()

    def _go_on(self, records: Records) -> Account:
        with at_work(*self.feeders, self.presser):
            for number in range(self.script.while_migrating, self.script.kills):
                self._one_kill(records)
                if number % 10 == 9:
                    self.script.tell(f"{number + 1} kills")
            self.bot.start()
        self.script.tell("no more kills; everything comes to rest")
        eventually(records.is_at_rest, "everything came to rest", timeout=SETTLING_SECONDS)
        account = settle_up(records, self.sandbox, self.feeders, [self.presser])
        assert self.bot.terminate() == 0
        return account

    def _kill_at_start(self) -> None:
        self.bot.spawn()
        time.sleep(self.random.uniform(0, 0.8))  # the moment of the kill is the test
        self.bot.kill()
        self.struck["migrating"] += 1

    def _one_kill(self, records: Records) -> None:
        aims: dict[str, Callable[[], object]] = {
            "starting up": lambda: None,
            "taking in": self._a_request,
            "sending": lambda: self._a_post(records),
            "ringing": lambda: self._a_clock(records),
            "pressed": self._a_press,
            "anything": lambda: time.sleep(self.random.uniform(0, 1)),  # the moment of the kill is the test
        }
        aim = self.random.choice(list(aims))
        if aim == "starting up":
            self.bot.spawn()
            time.sleep(self.random.uniform(0, 0.5))  # the moment of the kill is the test
        else:
            self.bot.start()
            aims[aim]()
        self.bot.kill()
        self.struck[aim] += 1
        assert self.bot.process is not None
        if not self.script.real_leases or self.random.random() < 0.5:
            records.shorten_leases_of(self.bot.process.pid)

    def _a_request(self) -> None:
        """From before it is read to after it is answered; half of them between commit and answer or so."""
        self.random.choice(self.feeders).under_way.wait(AIM_SECONDS)
        time.sleep(self.random.uniform(0, 0.02))  # the moment of the kill is the test

    def _a_press(self) -> None:
        self.presser.under_way.wait(AIM_SECONDS)
        time.sleep(self.random.uniform(0, 0.03))  # the moment of the kill is the test

    def _a_post(self, records: Records) -> None:
        """From before it reaches Slack to after its outcome is written down."""
        self._within_reach(lambda: records.in_state(DeliveryState.SENDING))
        time.sleep(self.random.uniform(0, SLOW_SLACK * 1.3))  # the moment of the kill is the test

    def _a_clock(self, records: Records) -> None:
        self._within_reach(records.is_a_clock_late)
        time.sleep(self.random.uniform(0, 0.04))  # the moment of the kill is the test

    def _within_reach(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + AIM_SECONDS
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.005)  # a coarser look would miss it


@contextmanager
def _records(url: str) -> Iterator[Records]:
    database = Database(url)
    try:
        yield Records(database)
    finally:
        database.close()
