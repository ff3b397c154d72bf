"""`python -m tests.simulation`: any number of seeds, over all cores; or one, with its whole trace."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Iterator

from tests.simulation.ground import sqlite_ground
from tests.simulation.simulating import Outcome, simulate
from tests.simulation.telling import story_of, summary
from tests.simulation.world import SHORT, Script

SAID_EVERY = 100


def main() -> int:
    """Returns 1 when a promise was broken."""
    arguments = _parser().parse_args()
    script = SHORT if arguments.short else Script()
    if arguments.seed is not None:
        return _one(arguments.seed, script)
    outcomes = []
    seeds = range(arguments.start, arguments.start + arguments.seeds)
    for outcome in _many(seeds, script, arguments.processes):
        outcomes.append(outcome)
        if outcome.broken:
            _say(story_of(outcome, lines=40))
        if len(outcomes) % SAID_EVERY == 0:
            _say(f"{len(outcomes):,} seeds")
    _say(summary(outcomes))
    return int(any(outcome.broken for outcome in outcomes))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200, help="how many")
    parser.add_argument("--start", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="only this one, told in full")
    parser.add_argument("--short", action="store_true", help="as in the tests: two minutes, no long outage")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser


def _one(seed: int, script: Script) -> int:
    with sqlite_ground() as ground:
        outcome = simulate(seed, ground.fresh(), script)
    _say("\n".join(outcome.trace) if not outcome.broken else story_of(outcome, lines=10_000))
    _say(summary([outcome]))
    return int(bool(outcome.broken))


def _many(seeds: range, script: Script, processes: int) -> Iterator[Outcome]:
    """Every process takes each so-manieth seed, on ground of its own."""
    shares = [seeds[number::processes] for number in range(processes)]
    queue: multiprocessing.Queue[Outcome] = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=_work, args=(share, script, queue)) for share in shares]
    for worker in workers:
        worker.start()
    for _ in seeds:
        yield queue.get()
    for worker in workers:
        worker.join()


def _work(seeds: range, script: Script, queue: multiprocessing.Queue[Outcome]) -> None:
    with sqlite_ground() as ground:
        for seed in seeds:
            queue.put(simulate(seed, ground.fresh(), script))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
