"""The database restarts again and again, or Slack does at once whatever it may do wrong."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bot.sandbox.faults import CALL_FAULTS, DELIVERY_FAULTS, Fault
from tests.postgres import PostgresServer
from tests.processes.account import Account
from tests.processes.bot_process import BotProcess
from tests.processes.load import under_load
from tests.processes.records import Records

AIM_SECONDS = 1.0
CHANCE = 0.08
SLOW_SECONDS = 0.5


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


def everything_goes_wrong(
    bot: BotProcess, records: Records, *, seed: int, kills: int, stoppages: int
) -> Account:
    """Every fault of Slack with its own luck, and the bot killed in the middle of it."""
    faults = bot.sandbox.faults
    with under_load(bot, seed=seed, stoppages=stoppages) as load:
        for fault in all_faults(seed):
            faults.add(fault)
        for _ in range(kills):
            load.goes_on()
            bot.kill()
            records.shorten_leases_of(bot.pid)
            bot.start()
        load.goes_on()
        faults.clear()
    return load.settle(records)


def all_faults(seed: int) -> Iterator[Fault]:
    for kind in (*CALL_FAULTS, *DELIVERY_FAULTS):
        seconds = SLOW_SECONDS if kind == "slow" else 1.0
        yield Fault(kind, chance=CHANCE, seconds=seconds, random=Random(f"{seed}{kind}"))
