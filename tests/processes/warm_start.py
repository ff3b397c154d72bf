"""Starting the bot in a tenth of the time: forked from a process that has imported everything already.

`python -m tests.processes.warm_start` is that process. It has one thread, takes an order a line on its
standard input, and ends with it. Each bot is a process of its own, which runs and ends as `andon run` does.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).parents[2]


class Running(Protocol):
    """A process, as subprocess.Popen says it."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...


@dataclass
class Forked:
    """A bot that was forked; only the process it was forked from can be asked how it ended."""

    pid: int
    starter: WarmStarter
    code: int | None = None

    def poll(self) -> int | None:
        if self.code is None:
            self.code = self.starter.order({"poll": self.pid})["code"]
        return self.code

    def wait(self, timeout: float | None = None) -> int:
        deadline = time.monotonic() + (timeout or 60)
        while (code := self.poll()) is None:
            assert time.monotonic() < deadline, f"process {self.pid} does not end"
            time.sleep(0.005)  # between two looks at another process, which cannot tell us
        return code

    def send_signal(self, sig: int) -> None:
        os.kill(self.pid, sig)


class WarmStarter:
    """The process that forks. Its orders may come from several threads."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._one_at_a_time = threading.Lock()

    def start(self, environment: Mapping[str, str], *, folder: Path, log: Path) -> Forked:
        order = {"start": dict(environment), "folder": str(folder), "log": str(log)}
        return Forked(self.order(order)["pid"], self)

    def order(self, order: Mapping[str, Any]) -> dict[str, Any]:
        ins, outs = self._process.stdin, self._process.stdout
        assert ins is not None
        assert outs is not None
        with self._one_at_a_time:
            ins.write(json.dumps(order) + "\n")
            ins.flush()
            answer: dict[str, Any] = json.loads(outs.readline())
        return answer


@contextmanager
def warm_starter() -> Iterator[WarmStarter]:
    """A process that has imported the bot; ends with whatever it started."""
    command = [sys.executable, "-m", "tests.processes.warm_start"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:
        yield WarmStarter(process)


def _import_everything() -> None:
    """What a bot needs until it is ready; making a database imports what Alembic wants."""
    from bot.cli import app  # noqa: F401 - imported for its imports
    from bot.store.migrate import upgrade

    with tempfile.TemporaryDirectory() as folder:
        upgrade(f"sqlite:///{folder}/warm.db")


def _take_orders() -> dict[str, Any] | None:
    """Fork as ordered. Returns None when all is over, and in each fork its order."""
    children: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "poll" in order:
            pid, status = os.waitpid(order["poll"], os.WNOHANG)
            children.discard(pid)
            _answer(code=os.waitstatus_to_exitcode(status) if pid else None)
        elif pid := os.fork():
            children.add(pid)
            _answer(pid=pid)
        else:
            return dict(order)
    for pid in children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return None


def _answer(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _become(order: Mapping[str, Any]) -> None:
    """What exec would have done: the folder, the environment, where standard output and error go."""
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, source in enumerate((nothing, log, log)):
        os.dup2(source, number)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["start"])
    sys.argv = ["andon", "run"]


def _main() -> None:
    _import_everything()
    order = _take_orders()
    if order is not None:
        _become(order)
        from bot.__main__ import main

        main()


if __name__ == "__main__":
    _main()
