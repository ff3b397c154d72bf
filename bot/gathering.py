"""Gathering: many requests, one commit, and every answer after it.

While one transaction is being written, the next requests gather; then they all go together. So a single
request waits for no one, and under load the database commits once for up to two hundred of them.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog

from bot.store.database import DatabaseUnavailableError

Item = TypeVar("Item")
Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)


class QueueFullError(Exception):
    """More is waiting than the queue holds; this was not taken."""


class QueueStoppedError(Exception):
    """The process is going down; this was not taken."""


@dataclass(frozen=True, slots=True, eq=False)
class _Request(Generic[Item, Answer]):
    items: Sequence[Item]
    answer: Future[list[Answer]] = field(default_factory=Future)


class GatheringQueue(Generic[Item, Answer]):
    """Gathers the items of many requests and takes them together, on one thread of its own.

    `take` writes items in one transaction and returns an answer for each, in their order. `what` they are is
    said in messages. `capacity` is how many may wait, `batch` how many go into one transaction; a request is
    never split, so a larger one makes a transaction of its own size.
    """

    def __init__(
        self, take: Callable[[Sequence[Item]], list[Answer]], *, what: str, capacity: int, batch: int
    ) -> None:
        self._commit = take
        self._what = what
        self._capacity = capacity
        self._batch = batch
        self._changed = threading.Condition()
        self._requests: deque[_Request[Item, Answer]] = deque()
        self._waiting = 0
        self._stopping = False
        self._worker = threading.Thread(target=self._work, name=f"{what}-queue", daemon=True)

    def start(self) -> None:
        """Begin to take; what was submitted before is waiting already."""
        self._worker.start()

    def stop(self, *, drain_seconds: float) -> bool:
        """Accept nothing more, take what waits and end; False when not everything got in in time.

        What is still waiting then ends with QueueStoppedError, so its sender knows to send it again.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._worker.ident is not None:
            self._worker.join(drain_seconds)
        with self._changed:
            left = [self._next() for _ in range(len(self._requests))]
        _end(left, QueueStoppedError(f"Andon is going down and could not take these {self._what} any more"))
        return not left and not self._worker.is_alive()

    @property
    def trouble(self) -> str | None:
        """Why nothing more would be taken at the moment, if so."""
        with self._changed:
            if self._stopping or not self._worker.is_alive():
                return f"no {self._what} are taken: their queue is not running"
            if self._waiting >= self._capacity:
                return f"{self._waiting:,} {self._what} are waiting, and no more fit"
        return None

    def submit(self, items: Sequence[Item]) -> Future[list[Answer]]:
        """Hand over one request; the future ends after the commit, with one answer for each item.

        Raises QueueFullError and QueueStoppedError at once. The future ends with DatabaseUnavailableError
        when nothing could be written, and cannot be cancelled: whoever hangs up has still sent the items.
        """
        request: _Request[Item, Answer] = _Request(items)
        request.answer.set_running_or_notify_cancel()
        with self._changed:
            if self._stopping:
                raise QueueStoppedError(f"Andon is going down and takes no more {self._what}")
            if self._waiting + len(items) > self._capacity:
                raise QueueFullError(f"{self._waiting:,} {self._what} are waiting already, and no more fit")
            self._requests.append(request)
            self._waiting += len(items)
            self._changed.notify()
        return request.answer

    def _work(self) -> None:
        while requests := self._gather():
            self._take(requests)

    def _gather(self) -> list[_Request[Item, Answer]]:
        """Wait for requests and return as many as fit into one transaction; none means the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._requests or self._stopping)
            gathered: list[_Request[Item, Answer]] = []
            room = self._batch
            while self._requests and (not gathered or len(self._requests[0].items) <= room):
                gathered.append(self._next())
                room -= len(gathered[-1].items)
            return gathered

    def _next(self) -> _Request[Item, Answer]:
        request = self._requests.popleft()
        self._waiting -= len(request.items)
        return request

    def _take(self, requests: list[_Request[Item, Answer]]) -> None:
        """Commit them together; if that fails for a reason of its own, each alone: one never fails others."""
        try:
            answers = self._commit([item for request in requests for item in request.items])
        except DatabaseUnavailableError as error:
            log.warning("intake_unavailable", of=self._what, requests=len(requests), error=str(error))
            _end(requests, error)
        except Exception as error:
            if len(requests) == 1:
                log.exception("intake_failed", of=self._what, items=len(requests[0].items))
                _end(requests, error)
                return
            for request in requests:
                self._take([request])
        else:
            _answer(requests, answers)


def drain(*queues: GatheringQueue[Any, Any], seconds: float) -> bool:
    """Stop them all within the same seconds; False when not everything got in in time."""
    ends = time.monotonic() + seconds
    in_time = [queue.stop(drain_seconds=max(ends - time.monotonic(), 0)) for queue in queues]
    return all(in_time)


def _answer(requests: list[_Request[Item, Answer]], answers: list[Answer]) -> None:
    start = 0
    for request in requests:
        end = start + len(request.items)
        request.answer.set_result(answers[start:end])
        start = end


def _end(requests: list[_Request[Item, Answer]], error: Exception) -> None:
    for request in requests:
        request.answer.set_exception(error)
