"""`python -m tests.processes`: as many kills as you like on each database, and the account of them."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

from bot import telemetry
from tests.postgres import roomy_memory, running_postgres
from tests.processes.account import Account
from tests.processes.kill_story import KillStory, Script
from tests.processes.warm_start import WarmStarter, warm_starter
from tests.processes.workspace import workspace

DATABASES = ("sqlite", "postgresql")
LONG = Script(kills=0, while_migrating=5, between_stoppages=5.0, stoppages=1_000_000, real_leases=True)


def main() -> int:
    """Returns 1 when a promise was broken."""
    arguments = _parser().parse_args()
    telemetry.configure(level="WARNING")
    script = replace(LONG, kills=arguments.kills, tell=_say)
    with warm_starter() as starter:
        accounts = [_kill(database, starter, arguments.seed, script) for database in arguments.databases]
    return int(any(account.troubles for account in accounts))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.processes", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how many on each database")
    parser.add_argument("--seed", type=int, default=Random().randrange(10_000), help="what decides when")
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    return parser


def _kill(database: str, starter: WarmStarter, seed: int, script: Script) -> Account:
    again = f"make kills KILLS={script.kills} SEED={seed} ON={database}"
    _say(f"── {database}, {script.kills} kills; to see them again: {again}")
    begun = time.monotonic()
    with _folder() as folder, workspace() as sandbox, _database(database, folder) as url:
        story = KillStory(sandbox, url, folder, starter, seed, script)
        account = story.run()
    struck = ", ".join(f"{count} while {aim}" for aim, count in story.struck.most_common())
    _say(f"{database}: {story.struck.total()} kills in {time.monotonic() - begun:.0f} s ({struck})")
    _say("\n".join(account.lines()))
    _say("\n".join(f"BROKEN: {trouble}" for trouble in account.troubles) or "nothing is as it should not be")
    return account


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="andon-kills-", dir=roomy_memory()) as folder:
        yield Path(folder)


@contextmanager
def _database(database: str, folder: Path) -> Iterator[str]:
    """The URL of an empty one."""
    if database == "sqlite":
        yield f"sqlite:///{folder}/andon.db"
        return
    with running_postgres() as server, server.database() as name:
        yield server.url(name)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
