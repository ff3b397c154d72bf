"""Two bots on one PostgreSQL and in one workspace, and who gets the next request."""

from __future__ import annotations

import itertools
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from bot.sandbox.faults import Fault
from bot.sandbox.server import SandboxServer
from tests.processes.account import Account, settle_up
from tests.processes.bot_process import BotProcess, eventually
from tests.processes.records import Records
from tests.processes.traffic import Asker, Feeder, Presser, at_work
from tests.processes.warm_start import WarmStarter


@dataclass
class Replicas:
    """The first and the second, and a load balancer that knows which of them is listed."""

    bots: tuple[BotProcess, BotProcess]
    sandbox: SandboxServer
    unlisted: set[str] = field(default_factory=set)
    _feeders: list[Feeder] = field(default_factory=list)
    _turns: Iterator[int] = field(default_factory=itertools.count)

    def next(self) -> BotProcess:
        """Who takes the next request."""
        listed = [bot for bot in self.bots if bot.name not in self.unlisted] or list(self.bots)
        return listed[next(self._turns) % len(listed)]

    def feeders(self, seed: int, *, stoppages: int = 3) -> list[Feeder]:
        """Two who send events to whoever is listed."""
        names = ("a", "b")
        self._feeders = [
            Feeder(self.next, Random(f"{seed}{name}"), name, stoppages=stoppages) for name in names
        ]
        return self._feeders

    def pause(self, bot: BotProcess) -> None:
        """SIGSTOP: it stands still, and knows nothing of it."""
        assert bot.process is not None
        self.unlisted.add(bot.name)
        bot.process.send_signal(signal.SIGSTOP)

    def go_on(self, bot: BotProcess) -> None:
        """SIGCONT."""
        assert bot.process is not None
        bot.process.send_signal(signal.SIGCONT)
        eventually(bot.is_ready, f"{bot.name} is ready again")
        self.unlisted.discard(bot.name)

    def kill(self, bot: BotProcess) -> None:
        """SIGKILL."""
        self.unlisted.add(bot.name)
        bot.kill()

    def start(self, bot: BotProcess) -> None:
        """Start it, and list it when it is ready."""
        bot.start()
        self.unlisted.discard(bot.name)

    def restart(self, bot: BotProcess) -> None:
        """As a rolling restart does it: requests go elsewhere, SIGTERM, start, wait until it is ready."""
        self.unlisted.add(bot.name)
        self._tell_slack()
        self._let_them_finish()
        assert bot.terminate() == 0
        self.start(bot)

    def _let_them_finish(self) -> None:
        """A load balancer leaves a server once the requests that it has given to it are answered."""
        for feeder in self._feeders:
            eventually(partial(_is_idle, feeder), "its requests are answered")

    def _tell_slack(self) -> None:
        """In HTTP mode Slack's requests go through the load balancer, too."""
        if self.sandbox.requests_url is not None:
            self.sandbox.requests_url = f"{self.next().url}/slack/events"


def _is_idle(feeder: Feeder) -> bool:
    return not feeder.under_way.is_set()


@contextmanager
def replicas(
    sandbox: SandboxServer, url: str, folder: Path, starter: WarmStarter, **settings: str
) -> Iterator[Replicas]:
    """Both running and ready."""
    bots = [
        BotProcess(sandbox, url, folder, starter=starter, name=name, settings=settings)
        for name in ("first", "second")
    ]
    pair = Replicas((bots[0], bots[1]), sandbox)
    try:
        for bot in bots:
            pair.start(bot)
        if bots[0].settings.get("ANDON_SLACK_MODE") == "http":
            sandbox.requests_url = f"{bots[0].url}/slack/events"
        yield pair
    finally:
        for bot in bots:
            bot.stop()


def restarted_under_load(
    pair: Replicas, records: Records, *, rounds: int = 1, stoppages: int = 2
) -> tuple[Account, Presser, Asker]:
    """Both restarted one after the other while everything goes on; then the account."""
    feeders = pair.feeders(1, stoppages=stoppages)
    presser, asker = Presser(pair.sandbox), Asker(pair.sandbox)
    with at_work(*feeders, presser, asker):
        for bot in pair.bots * rounds:
            pair.restart(bot)
        eventually(lambda: presser.answered, "somebody has pressed")
    eventually(records.is_at_rest, "everything came to rest", timeout=600)
    account = settle_up(records, pair.sandbox, feeders, [presser])
    assert [bot.terminate() for bot in pair.bots] == [0, 0]
    return account, presser, asker


def stopped_and_killed(pair: Replicas, records: Records, *, with_whole_leases: bool = False) -> Account:
    """The first stands still while it sends until the second takes over; then the second is killed.

    What a bot was sending is leased to it for a minute, which is not waited for unless `with_whole_leases`.
    """
    pair.sandbox.faults.add(Fault("slow", method="chat.*", seconds=0.2))
    first, second = pair.bots
    feeders, presser, asker = pair.feeders(1, stoppages=2), Presser(pair.sandbox), Asker(pair.sandbox)

    def ended(bot: BotProcess) -> None:
        if not with_whole_leases:
            records.shorten_leases_of(bot.pid)

    with at_work(*feeders, presser, asker):
        eventually(lambda: records.under_way_at(first.pid), "the first is sending")
        pair.pause(first)
        _answered_by_the_other(asker)
        left = records.under_way_at(first.pid)
        ended(first)
        # Whole: one that is killed in the middle of it cannot take back what the first shows when it goes on.
        eventually(lambda: not records.wait_still(left), "the second took over", timeout=120)
        pair.go_on(first)
        pair.kill(second)
        ended(second)
        _answered_by_the_other(asker)
        pair.start(second)
    eventually(records.is_at_rest, "everything came to rest", timeout=180)
    account = settle_up(records, pair.sandbox, feeders, [presser])
    assert [bot.terminate() for bot in pair.bots] == [0, 0]
    return account


def _answered_by_the_other(asker: Asker) -> None:
    before = asker.answered
    eventually(lambda: asker.answered > before + 1, "somebody is answered by the other")
