"""The intake queue: many requests, one commit, and every answer after it.

While one transaction is being written, the next requests gather; then they all go together. So a single
request waits for no one, and under load the database commits once for up to two hundred events.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot.services.intake import take_in
from bot.services.judging import Judgement, judge
from bot.services.plan_in_force import PlanInForce
from bot.store.database import Database, DatabaseUnavailableError
from rules.events import Event

log = structlog.get_logger(__name__)


class QueueFullError(Exception):
    """More events are waiting than the queue holds; these were not taken."""


class QueueStoppedError(Exception):
    """The process is going down; these events were not taken."""


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    events: Sequence[Event]
    answer: Future[list[Judgement]] = field(default_factory=Future)


class IntakeQueue:
    """Gathers the events of many requests and takes them in together, on one thread of its own.

    `capacity` is how many events may wait, `batch` how many go into one transaction; a request is never
    split, so a larger one makes a transaction of its own size.
    """

    def __init__(
        self,
        database: Database,
        *,
        plan: Callable[[], PlanInForce],
        now: Callable[[], datetime],
        capacity: int = 10_000,
        batch: int = 200,
    ) -> None:
        self._database = database
        self._plan = plan
        self._now = now
        self._capacity = capacity
        self._batch = batch
        self._changed = threading.Condition()
        self._requests: deque[_Request] = deque()
        self._waiting = 0
        self._stopping = False
        self._worker = threading.Thread(target=self._work, name="intake-queue", daemon=True)

    def start(self) -> None:
        """Begin to take in; what was submitted before is waiting already."""
        self._worker.start()

    def stop(self, *, drain_seconds: float) -> bool:
        """Accept nothing more, take in what waits and end; False when not everything got in in time.

        What is still waiting then ends with QueueStoppedError, so its sender knows to send it again.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._worker.ident is not None:
            self._worker.join(drain_seconds)
        with self._changed:
            left = [self._next() for _ in range(len(self._requests))]
        _end(left, QueueStoppedError("Andon is going down and could not take these events any more"))
        return not left and not self._worker.is_alive()

    def submit(self, events: Sequence[Event]) -> Future[list[Judgement]]:
        """Hand over one request; the future ends after the commit, with one judgement for each event.

        Raises QueueFullError and QueueStoppedError at once. The future ends with DatabaseUnavailableError
        when nothing could be written, and cannot be cancelled: whoever hangs up has still sent the events.
        """
        request = _Request(events)
        request.answer.set_running_or_notify_cancel()
        with self._changed:
            if self._stopping:
                raise QueueStoppedError("Andon is going down and takes no more events")
            if self._waiting + len(events) > self._capacity:
                raise QueueFullError(f"{self._waiting:,} events are waiting already, and no more fit")
            self._requests.append(request)
            self._waiting += len(events)
            self._changed.notify()
        return request.answer

    def _work(self) -> None:
        while requests := self._gather():
            self._take(requests)

    def _gather(self) -> list[_Request]:
        """Wait for requests and return as many as fit into one transaction; none means the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._requests or self._stopping)
            gathered: list[_Request] = []
            room = self._batch
            while self._requests and (not gathered or len(self._requests[0].events) <= room):
                gathered.append(self._next())
                room -= len(gathered[-1].events)
            return gathered

    def _next(self) -> _Request:
        request = self._requests.popleft()
        self._waiting -= len(request.events)
        return request

    def _take(self, requests: list[_Request]) -> None:
        """Commit them together; if that fails for a reason of its own, each alone: one never fails others."""
        try:
            judgements = self._commit(requests)
        except DatabaseUnavailableError as error:
            log.warning("intake_unavailable", requests=len(requests), error=str(error))
            _end(requests, error)
        except Exception as error:
            if len(requests) == 1:
                log.exception("intake_failed", events=len(requests[0].events))
                _end(requests, error)
                return
            for request in requests:
                self._take([request])
        else:
            _answer(requests, judgements)

    def _commit(self, requests: list[_Request]) -> list[Judgement]:
        plan = self._plan()
        events = [event for request in requests for event in request.events]
        return take_in(self._database, judge(events, plan), plan=plan, now=self._now())


def _answer(requests: list[_Request], judgements: list[Judgement]) -> None:
    start = 0
    for request in requests:
        end = start + len(request.events)
        request.answer.set_result(judgements[start:end])
        start = end


def _end(requests: list[_Request], error: Exception) -> None:
    for request in requests:
        request.answer.set_exception(error)
