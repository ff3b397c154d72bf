"""`python -m tests.fuzz --inputs 100000`: every target by its weight, and how it answered."""

from __future__ import annotations

import argparse
import faulthandler
import secrets
import sys
import time

from tests.fuzz.target import fuzz
from tests.fuzz.targets import TARGETS

LONGEST_SECONDS = 3600
"""A run that takes longer hangs: it ends with the stack of every thread."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000, help="how many in total")
    parser.add_argument("--seed", type=int, default=None, help="the same again")
    parser.add_argument("--only", default="", help="targets whose name contains this")
    wanted = parser.parse_args()
    start = secrets.randbelow(2**32) if wanted.seed is None else wanted.seed
    targets = [target for target in TARGETS if wanted.only in target.name]
    total = sum(target.weight for target in targets)
    sys.stdout.write(f"seed {start}\n")
    faulthandler.dump_traceback_later(LONGEST_SECONDS, exit=True)
    for target in targets:
        inputs = max(wanted.inputs * target.weight // total, 1)
        began = time.monotonic()
        answers = fuzz(target, inputs, start=start)
        seconds = time.monotonic() - began
        told = ", ".join(f"{count:,} {answer}" for answer, count in answers.most_common())
        sys.stdout.write(f"{target.name:15} {answers.total():>8,} inputs {seconds:>6.0f} s  {told}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
