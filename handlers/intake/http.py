"""The intake endpoints: who sends, what it is, into the queue, and the answer after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from bot.gathering import Answer, GatheringQueue, Item, QueueFullError, QueueStoppedError
from bot.intake_queue import IntakeQueue
from bot.metrics import EVENTS_ANSWERED
from bot.services.plan_in_force import PlanInForce
from bot.store.database import DatabaseUnavailableError, OutcomeUnknownError
from handlers.intake import alertmanager, cloudevents, plain
from handlers.intake.answers import answer, none_valid
from handlers.intake.arrivals import Accepted, Arrival, Receipt, Refused
from handlers.intake.bodies import parse_json, read_body
from handlers.intake.limits import ALERTS, EVENTS, Allowance
from handlers.intake.problems import Problem, ProblemError
from handlers.intake.tokens import Doorkeeper, allowed_only
from rules.intake_tokens import Grant, Scope

RETRY_AFTER_SECONDS = 5
SMALL_BODY = 32 * 1024
"""Bytes that are read within the event loop; more than that would keep other requests waiting."""

Arrived = TypeVar("Arrived")

Reader = Callable[[Any, Receipt], list[Arrival]]
"""Makes events of the JSON document in a body."""


class Intake:
    """Takes events in over HTTP. Each method is a Starlette endpoint and raises ProblemError."""

    def __init__(
        self,
        queue: IntakeQueue,
        tokens: Doorkeeper,
        *,
        plan: Callable[[], PlanInForce],
        now: Callable[[], datetime],
    ) -> None:
        self._queue = queue
        self._tokens = tokens
        self._plan = plan
        self._now = now

    async def events(self, request: Request) -> Response:
        """CloudEvents in every mode, and plain JSON."""
        grant = self._tokens.admit(request, Scope.EVENTS)
        return await self._take(request, grant, _event_reader(request.headers), EVENTS)

    async def alerts(self, request: Request) -> Response:
        """The webhook of Alertmanager and Grafana."""
        grant = self._tokens.admit(request, Scope.EVENTS)
        require_json(request.headers)
        read = partial(alertmanager.read, max_age=self._plan().index.max_age)
        return await self._take(request, grant, read, ALERTS)

    async def _take(self, request: Request, grant: Grant, read: Reader, allowance: Allowance) -> Response:
        body = await read_body(request, allowance)
        receipt = Receipt(self._now(), grant.default_source)
        arrivals = await beside_others(body, lambda: allowed_only(read(parse_json(body), receipt), grant))
        self._tokens.note_sent(grant, len(arrivals))
        events = [arrival.event for arrival in arrivals if isinstance(arrival, Accepted)]
        refused = [arrival for arrival in arrivals if isinstance(arrival, Refused)]
        if refused and not events:
            raise ProblemError(none_valid(refused))
        judgements = await committed(self._queue, events)
        for judgement in judgements:
            EVENTS_ANSWERED.labels(judgement[0].fate.value).inc()
        return answer(arrivals, judgements)


async def beside_others(body: bytes, read: Callable[[], Arrived]) -> Arrived:
    """Read a body: a large one in a thread, so that other requests need not wait for it."""
    return read() if len(body) <= SMALL_BODY else await run_in_threadpool(read)


async def committed(queue: GatheringQueue[Item, Answer], items: Sequence[Item]) -> list[Answer]:
    """Wait for the commit. Whoever hangs up meanwhile is not heard less: the items stay in the queue."""
    if not items:
        return []
    try:
        return await asyncio.wrap_future(queue.submit(items))
    except (QueueFullError, QueueStoppedError) as error:
        raise ProblemError(unavailable(str(error))) from error
    except OutcomeUnknownError as error:
        raise ProblemError(_perhaps_taken()) from error
    except DatabaseUnavailableError as error:
        raise ProblemError(unavailable("The database cannot be written to at the moment")) from error


def _event_reader(headers: Headers) -> Reader:
    match _media_type(headers):
        case "application/cloudevents+json":
            return cloudevents.read_single
        case "application/cloudevents-batch+json":
            return cloudevents.read_batch
        case "application/json" if any(name.startswith(cloudevents.HEADER_PREFIX) for name in headers):
            return lambda data, receipt: cloudevents.read_binary(headers, data, receipt)
        case "application/json":
            return plain.read
        case other:
            raise ProblemError(_unsupported(other))


def require_json(headers: Headers) -> None:
    """Raises ProblemError (415)."""
    if _media_type(headers) != "application/json":
        raise ProblemError(_unsupported(_media_type(headers)))


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _unsupported(media_type: str) -> Problem:
    what = f"The Content-Type is {media_type[:80]!r}" if media_type else "The request has no Content-Type"
    hint = " (curl -d sends that unless told otherwise)" if media_type.endswith("form-urlencoded") else ""
    detail = (
        f"{what}{hint}, so nothing was taken. Send application/json; events also as "
        "application/cloudevents+json or application/cloudevents-batch+json."
    )
    return Problem("unsupported-media-type", 415, "Unsupported media type", detail)


def unavailable(what: str) -> Problem:
    """Nothing was taken for a reason that passes; `what` says which."""
    detail = f"{what}, so nothing of this request was taken. Send it again in {RETRY_AFTER_SECONDS} seconds."
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return Problem("unavailable", 503, "Not available at the moment", detail, headers=headers)


def _perhaps_taken() -> Problem:
    detail = (
        "The database went away while it saved this request, so nobody can say now whether it was taken. "
        f"Send it again in {RETRY_AFTER_SECONDS} seconds: what was taken is a duplicate then, and harmless."
    )
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return Problem("outcome-unknown", 503, "Perhaps taken", detail, headers=headers)
