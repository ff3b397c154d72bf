"""The database restarts again and again while everything goes on."""

from __future__ import annotations

from random import Random

from tests.postgres import PostgresServer
from tests.processes.account import Account
from tests.processes.bot_process import BotProcess
from tests.processes.load import under_load
from tests.processes.records import Records

AIM_SECONDS = 1.0


def database_restarted(
    bot: BotProcess, server: PostgresServer, records: Records, *, seed: int, rounds: int, stoppages: int
) -> Account:
    """Both ways in each round, in the middle of a request or, if one comes, of a press."""
    random = Random(seed)
    with under_load(bot, seed=seed, stoppages=stoppages) as load:
        for _ in range(rounds):
            for mode in ("fast", "immediate"):
                load.goes_on()
                moments = [load.presser.under_way, *(feeder.under_way for feeder in load.feeders)]
                random.choice(moments).wait(AIM_SECONDS)
                server.restart("fast" if mode == "fast" else "immediate")
        load.goes_on()
    return load.settle(records)
