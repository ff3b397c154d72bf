"""`python -m tests.flood`: an hour's outage with 2,000 exceptions, and 10,000 notes at once, in full."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import timedelta

from tests.flood.outage import Recovery, live_through
from tests.flood.queue import Drained, drain
from tests.simulation.ground import sqlite_ground


def main() -> int:
    """Returns 1 when Slack does not show the truth in the end."""
    arguments = _parser().parse_args()
    with sqlite_ground() as ground:
        recovery = live_through(ground, arguments.exceptions, timedelta(minutes=arguments.minutes))
        _say(f"{_told_of(recovery)}\n{_verdict(recovery.broken)}")
        drained = drain(ground, arguments.notes, arguments.channels, repeats=arguments.repeats)
        _say(f"{_told_of_queue(drained)}\n{_verdict(drained.broken)}")
    return int(bool(recovery.broken or drained.broken))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.flood", description=__doc__)
    parser.add_argument("--exceptions", type=int, default=2_000, help="how many open during the outage")
    parser.add_argument("--minutes", type=float, default=60, help="how long it lasts")
    parser.add_argument("--notes", type=int, default=10_000, help="how many are queued at once")
    parser.add_argument("--channels", type=int, default=50, help="over how many channels, at most 50")
    parser.add_argument("--repeats", type=int, default=20, help="how often each card changes meanwhile")
    return parser


def _told_of(it: Recovery) -> str:
    return (
        f"outage of {it.length}: {it.exceptions:,} exceptions, {it.posts:,} posts to make up for\n"
        f"  told after {it.took.total_seconds():,.0f} s; its pace needs {it.least.total_seconds():,.0f} s\n"
        f"  of them {it.critical:,} critical after {it.critical_took.total_seconds():,.0f} s; its pace needs "
        f"{it.critical_least.total_seconds():,.0f} s; {it.overtakers} others left before the last of them\n"
        f"  calls: {it.refused:,} in vain during the outage, then "
        + ", ".join(f"{method} {count:,}" for method, count in it.calls.most_common())
        + f"\n  latest clock {it.latest_clock.total_seconds():.3f} s"
    )


def _told_of_queue(it: Drained) -> str:
    return (
        f"{it.notes:,} notes at once for {it.channels} channels: {it.posts:,} posts in "
        f"{it.took.total_seconds():,.0f} s; Slack's pace needs {it.least.total_seconds():,.0f} s "
        f"({it.pace_used:.1%} of it used)\n"
        f"  a critical page raised in the middle was there after {it.page_took.total_seconds():.1f} s\n"
        f"  {it.changes:,} changes of cards cost {it.updates:,} updates"
    )


def _verdict(broken: Iterable[str]) -> str:
    return "\n".join(f"  ✗ {each}" for each in broken) or "  Slack shows the truth"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
