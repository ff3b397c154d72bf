"""`python -m tests.mutants`: plant every fault of the catalogue by itself, and list what no test finds."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from fnmatch import fnmatch
from queue import SimpleQueue

from tests.mutants.catalogue import Mutation, catalogue
from tests.mutants.selection import REACHES
from tests.mutants.workshop import Verdict, Workshop


def main() -> int:
    """Returns 1 when a fault survives that is not known to be harmless."""
    arguments = _parser().parse_args()
    chosen = [each for each in catalogue() if fnmatch(each.name, arguments.only)]
    if not chosen:
        _say(f"No fault is called {arguments.only}.")
        return 1
    verdicts = []
    for verdict in _all(chosen, arguments.reach, arguments.jobs):
        verdicts.append(verdict)
        _say(f"{len(verdicts):>4}/{len(chosen)}  {_line(verdict)}")
    _say(_summary(verdicts))
    return int(any(_matters(each) for each in verdicts))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="*", help="a name from the catalogue, or a glob")
    parser.add_argument(
        "--reach", choices=REACHES, default=REACHES[-1], help="the widest tests to ask before giving up"
    )
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    return parser


def _all(chosen: Sequence[Mutation], reach: str, jobs: int) -> Iterator[Verdict]:
    """In the order of the catalogue, `jobs` at a time, each in a workshop that nobody else is in."""
    free: SimpleQueue[Workshop] = SimpleQueue()

    def try_out(mutation: Mutation) -> Verdict:
        workshop = free.get()
        try:
            return workshop.try_out(mutation, reach=reach)
        finally:
            free.put(workshop)

    with ExitStack() as open_ones, ThreadPoolExecutor(jobs) as workers:
        for _ in range(jobs):
            free.put(open_ones.enter_context(Workshop.opened()))
        yield from workers.map(try_out, chosen)


def _line(verdict: Verdict) -> str:
    fault = verdict.mutation
    if verdict.found_by:
        return f"found     {fault.name} ({verdict.seconds:.0f} s) by {verdict.found_by}"
    if fault.harmless:
        return f"harmless  {fault.name}: {fault.harmless}"
    return f"SURVIVED  {fault.name} in {fault.file}: {fault.hurts}"


def _summary(verdicts: Sequence[Verdict]) -> str:
    found = sum(not each.survived for each in verdicts)
    matter = [each.mutation.name for each in verdicts if _matters(each)]
    harmless = len(verdicts) - found - len(matter)
    head = f"{len(verdicts)} planted faults: {found} found, {harmless} harmless, {len(matter)} survived"
    return "\n".join(["", f"{head}.", *(f"  {name}" for name in matter)])


def _matters(verdict: Verdict) -> bool:
    return verdict.survived and not verdict.mutation.harmless


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
