"""The scheduler: virtual time, and tasks that take turns in one thread.

A task is a greenlet: ordinary blocking code that gives its turn away only where it says `pause`. So a
sender can wait for Slack while a press is saved and another replica claims, and a seed repeats all of it.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from greenlet import getcurrent, greenlet

Work = Callable[[], object]


class Crashed(BaseException):
    """The process ends here and now. Not an Exception, so that nothing in the bot can survive it."""


@dataclass(eq=False)
class Process:
    """Whose work it is: what dies is never run again, what is frozen runs on when it thaws."""

    name: str
    is_dead: bool = False
    frozen_until: datetime | None = None


@dataclass(order=True)
class _Entry:
    at: datetime
    number: int
    work: Work = field(compare=False)
    process: Process | None = field(compare=False)


class Scheduler:
    """Does one thing after the other; `now` jumps from each to the next."""

    def __init__(self, start: datetime) -> None:
        self.start = self.now = start
        self.steps = 0
        self._agenda: list[_Entry] = []
        self._numbers = itertools.count()
        self._tasks: dict[greenlet, Process] = {}

    @property
    def next_at(self) -> datetime | None:
        """When something happens next."""
        return self._agenda[0].at if self._agenda else None

    def after(self, seconds: float, work: Work, process: Process | None = None) -> None:
        """Do `work` so many virtual seconds from now, unless its process has died by then."""
        at = self.now + timedelta(seconds=seconds)
        heapq.heappush(self._agenda, _Entry(at, next(self._numbers), work, process))

    def spawn(self, work: Work, process: Process, *, after: float = 0.0) -> None:
        """Begin a task, which may pause."""

        def begin() -> None:
            task = greenlet(work)
            self._tasks[task] = process
            self._resume(task)

        self.after(after, begin, process)

    def pause(self, seconds: float) -> None:
        """Give the turn away. Raises Crashed when the task's process dies meanwhile."""
        task = getcurrent()
        self.after(seconds, lambda: self._resume(task), self._tasks[task])
        assert task.parent is not None
        task.parent.switch()

    def step(self) -> None:
        """Do the next thing."""
        entry = heapq.heappop(self._agenda)
        self.now = max(self.now, entry.at)
        process = entry.process
        if process is not None and process.is_dead:
            return
        if process is not None and process.frozen_until is not None and process.frozen_until > self.now:
            thawed = (process.frozen_until - self.now).total_seconds()
            self.after(thawed, entry.work, process)
            return
        self.steps += 1
        entry.work()

    def kill(self, process: Process) -> None:
        """End a process and every task of it, wherever they stand. Not called from within one of them."""
        process.is_dead = True
        for task in [task for task, owner in self._tasks.items() if owner is process]:
            self._resume(task, Crashed())

    def _resume(self, task: greenlet, *thrown: BaseException) -> None:
        try:
            task.throw(*thrown) if thrown else task.switch()
        except Crashed:
            pass
        finally:
            if task.dead:
                self._tasks.pop(task, None)
