"""kill -9 at any moment: no event is lost or counted twice, no note lost or shown twice, no clock missed.

More rounds, from another seed: ANDON_TEST_KILLS=50 ANDON_TEST_SEED=7 pytest tests/processes/test_kill.py
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

import httpx2

from bot.messages.card_actions import ACKNOWLEDGE
from bot.sandbox.faults import Fault
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.server import SandboxServer
from rules.clocks import ClockKind
from rules.exception_threads import ExceptionThread, FactKind, State
from tests.processes.bot_process import BotProcess, eventually, machine_state
from tests.processes.records import Records, differences

KILLS = int(os.environ.get("ANDON_TEST_KILLS", "3"))
SEED = int(os.environ.get("ANDON_TEST_SEED", "1"))
MACHINES = {"filler": "filling", "packer": "packaging", "boiler": "utilities", "dock": "dispatch"}


@dataclass
class Feeder:
    """Sends events, and each again until it is answered; nobody knows better what must be in the database."""

    bot: BotProcess
    random: Random
    answered: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        number = 0
        while not self.stopping.is_set():
            number += 1
            machine = self.random.choice(list(MACHINES))
            state = self.random.choice(["DOWN", "DOWN", "RUNNING"])
            self._send(f"event-{number}", machine, state)
            self.stopping.wait(0.1)

    def _send(self, event_id: str, machine: str, state: str) -> None:
        while True:
            try:
                answer = self.bot.post(machine_state(event_id, machine, state))
            except httpx2.HTTPError:
                self.stopping.wait(0.05)
                continue
            (self.answered if answer.is_success else self.refused).append(event_id)
            return


@dataclass
class Presser:
    """Maria acknowledges what she sees in one of the four halls; a press may meet a dead bot."""

    sandbox: SandboxServer
    channel: str
    saved: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        maria = self.sandbox.person("maria")
        while not self.stopping.wait(1.5):
            for card in self.sandbox.workspace.messages(self.channel):
                told = len(maria.ephemerals(self.channel))
                try:
                    outcome = maria.presses(card, ACKNOWLEDGE)
                except (LookupError, SlackRefusal):
                    continue
                if outcome.ok and len(maria.ephemerals(self.channel)) == told:
                    self.saved += re.findall(r"EX-\d+", card.text)[:1]


def test_killed_again_and_again(bot: BotProcess, sandbox: SandboxServer, records: Records) -> None:
    random = Random(SEED)
    sandbox.faults.add(Fault("slow", method="chat.*", seconds=0.3))
    feeder, presser = Feeder(bot, random), Presser(sandbox, "filling")
    with _at_work(feeder, presser):
        for _ in range(KILLS):
            bot.start()
            time.sleep(random.uniform(0, 2.5))  # the moment of the kill is the test
            bot.kill()
            records.let_leases_of_the_dead_end()
        bot.start()
    eventually(lambda: not records.running_clocks() and not records.undelivered(), "everything came to rest")

    assert feeder.refused == []
    assert sorted(records.event_ids()) == sorted(feeder.answered)
    assert differences(records, sandbox) == []
    for thread in records.threads():
        _assert_that_no_clock_was_missed(thread, records)
    acknowledged = {thread.name for thread in records.threads() if thread.state is State.ACKNOWLEDGED}
    assert set(presser.saved) <= acknowledged
    assert bot.terminate() == 0


def _assert_that_no_clock_was_missed(thread: ExceptionThread, records: Records) -> None:
    """Nobody finished the work, so every tier was told once, reminded once, and then nobody was left."""
    facts = records.facts(thread)
    tiers = [fact.detail["tier"] for fact in facts if fact.kind is FactKind.ESCALATED]
    kind = ClockKind.RESPOND if thread.state is State.OPEN else ClockKind.CONTAIN
    ends = [fact.detail["clock"] for fact in facts if fact.kind is FactKind.EXHAUSTED]
    reminders = [fact.detail["clock"] for fact in facts if fact.kind is FactKind.REMINDED]
    assert tiers == [1, 2], f"seed {SEED}, {thread.name}: told the tiers {tiers}"
    assert ends.count(kind) == reminders.count(kind) == 1, f"seed {SEED}, {thread.name}: {reminders}, {ends}"


@contextmanager
def _at_work(feeder: Feeder, presser: Presser) -> Iterator[None]:
    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(feeder.run), pool.submit(presser.run)]
        try:
            yield
        finally:
            feeder.stopping.set()
            presser.stopping.set()
            for work in working:
                work.result(60)
