"""Values of KPIs over HTTP: one reading or a list of them, in plain JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Required

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, with_config
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from typing_extensions import TypedDict

from bot.intake_queue import ReadingQueue
from bot.services.plan_in_force import PlanInForce
from bot.services.readings import Receipt as Recorded
from bot.services.readings import UnknownKpiError
from handlers.intake.answers import REJECTED, in_words
from handlers.intake.arrivals import TAKEN_AS_NOW, Receipt
from handlers.intake.bodies import parse_json, read_body, too_large
from handlers.intake.fields import FieldsError, Moment, Name, Source, checked
from handlers.intake.http import beside_others, committed, require_json, unavailable
from handlers.intake.limits import AHEAD, READINGS
from handlers.intake.problems import FieldError, Problem, ProblemError, path_of, shown
from handlers.intake.tokens import Doorkeeper, not_allowed, source_words
from rules.coverage.finding import suggestion
from rules.intake_tokens import Grant, Scope
from rules.kpis import Reading, ReadingError

NO_TIME = "it has no time: taken as now; send one, so that the same again is a duplicate"
_NO_FIELD = "is not a field of a reading; it has kpi, value, time and source"


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ValueError("must be a number")


@with_config(ConfigDict(extra="forbid"))
class PlainReading(TypedDict, total=False):
    """The source is the token's name where it is left out."""

    kpi: Required[Name]
    value: Required[Annotated[float, BeforeValidator(_number)]]
    time: Moment | None
    source: Source | None


_READING = TypeAdapter(PlainReading)


@dataclass(frozen=True, slots=True)
class _Accepted:
    reading: Reading
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Refused:
    errors: tuple[FieldError, ...]
    forbidden: bool = False


_Arrival = _Accepted | _Refused


class Readings:
    """Takes readings in, many requests in one transaction. Its method raises ProblemError."""

    def __init__(
        self,
        queue: ReadingQueue,
        tokens: Doorkeeper,
        *,
        plan: Callable[[], PlanInForce],
        now: Callable[[], datetime],
    ) -> None:
        self._queue = queue
        self._tokens = tokens
        self._plan = plan
        self._now = now

    async def take(self, request: Request) -> Response:
        """Record what is valid, and answer what became of each in the order in which they came."""
        grant = self._tokens.admit(request, Scope.READINGS)
        require_json(request.headers)
        body = await read_body(request, READINGS)
        receipt = Receipt(self._now(), grant.default_source)
        read = partial(_read, receipt=receipt, plan=self._plan(), grant=grant)
        arrivals = await beside_others(body, lambda: read(parse_json(body)))
        self._tokens.note_sent(grant, len(arrivals))
        accepted = [one.reading for one in arrivals if isinstance(one, _Accepted)]
        if not accepted and arrivals:
            raise ProblemError(_none_valid([one for one in arrivals if isinstance(one, _Refused)], grant))
        return _answer(arrivals, await self._recorded(accepted))

    async def _recorded(self, readings: Sequence[Reading]) -> Sequence[Recorded]:
        try:
            return await committed(self._queue, readings)
        except UnknownKpiError as error:
            raise ProblemError(unavailable("The control plan has just changed")) from error


def _read(document: Any, *, receipt: Receipt, plan: PlanInForce, grant: Grant) -> list[_Arrival]:
    if not isinstance(document, list):
        return [_allowed(_read_or_refuse(document, (), receipt, plan), (), grant)]
    if len(document) > READINGS.events:
        raise ProblemError(too_large(f"{len(document):,} readings", READINGS))
    return [
        _allowed(_read_or_refuse(one, (index,), receipt, plan), (index,), grant)
        for index, one in enumerate(document)
    ]


def _allowed(arrival: _Arrival, at: Sequence[int], grant: Grant) -> _Arrival:
    """Refuse a reading of a source that this sender may not speak for."""
    source = arrival.reading.source if isinstance(arrival, _Accepted) else ""
    trouble = grant.source_trouble(source) if source else None
    if trouble is None:
        return arrival
    return _Refused((FieldError(path_of((*at, "source")), shown(source), trouble),), forbidden=True)


def _read_or_refuse(document: Any, at: Sequence[int], receipt: Receipt, plan: PlanInForce) -> _Arrival:
    try:
        given = checked(_READING, document, at, strange=_NO_FIELD)
        _check_kpi(given["kpi"], at, plan)
        time = given.get("time")
        ahead = time is not None and time - receipt.now > AHEAD
        moment = receipt.now if time is None or ahead else time
        source = given.get("source") or receipt.sender
        notes = ((NO_TIME,) if time is None else ()) + ((TAKEN_AS_NOW,) if ahead else ())
        return _Accepted(Reading(given["kpi"], moment, given["value"], source), notes)
    except ReadingError as error:
        return _Refused((FieldError(path_of((*at, "value")), shown(document["value"]), str(error)),))
    except FieldsError as error:
        return _Refused(error.errors)


def _check_kpi(key: str, at: Sequence[int], plan: PlanInForce) -> None:
    if plan.index.kpi(key) is None:
        known = {kpi.key for kpi in plan.index.plan.kpis}
        rule = f"must be a KPI of the control plan; {suggestion(key, known)}"
        raise FieldsError((FieldError(path_of((*at, "kpi")), shown(key), rule),))


def _answer(arrivals: Sequence[_Arrival], recorded: Sequence[Recorded]) -> Response:
    kept = iter(recorded)
    entries = [
        {"index": index, **(_taken(one, next(kept)) if isinstance(one, _Accepted) else _refused(one.errors))}
        for index, one in enumerate(arrivals)
    ]
    counts = Counter(entry["outcome"] for entry in entries)
    return JSONResponse({"readings": entries, "counts": dict(sorted(counts.items()))})


def _taken(accepted: _Accepted, recorded: Recorded) -> Mapping[str, Any]:
    reading = recorded.reading
    entry = {
        "kpi": reading.kpi,
        "time": reading.at.isoformat(),
        "source": reading.source,
        "outcome": recorded.written.value,
        "revision": reading.revision,
        "became": [in_words(became) for became in recorded.became],
    }
    return entry | ({"notes": list(accepted.notes)} if accepted.notes else {})


def _refused(errors: tuple[FieldError, ...]) -> Mapping[str, Any]:
    detail = "This reading breaks the rules under errors and was not taken; the valid ones were. "
    problem = Problem(
        "invalid-reading", 422, "Invalid reading", detail + "Mend it and send it again.", errors
    )
    return {"outcome": REJECTED, "problem": problem.as_json()}


def _none_valid(refused: Sequence[_Refused], grant: Grant) -> Problem:
    errors = tuple(error for one in refused for error in one.errors)
    if all(one.forbidden for one in refused):
        return not_allowed(source_words(grant), errors=errors)
    detail = "No reading of this request is valid, for the reasons under errors. Nothing was taken."
    return Problem("invalid-reading", 422, "No valid reading", f"{detail} Mend and send again.", errors)
