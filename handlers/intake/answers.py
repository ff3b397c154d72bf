"""The answer to a request whose events were handed over: what became of each, in the order they came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from bot.services.judging import Judgement
from handlers.intake.arrivals import Accepted, Arrival, Refused
from handlers.intake.problems import MOST_ERRORS, Problem, printable
from rules.reception import Became

REJECTED = "rejected"


def answer(arrivals: Sequence[Arrival], judgements: Sequence[Judgement]) -> Response:
    """200 as soon as one event was taken, with the refused ones in their places."""
    became = iter(judgements)
    entries = [
        {"index": index, **(_taken(one, next(became)) if isinstance(one, Accepted) else _refused(one))}
        for index, one in enumerate(arrivals)
    ]
    counts = Counter(entry["outcome"] for entry in entries)
    return JSONResponse({"events": entries, "counts": dict(sorted(counts.items()))})


def none_valid(refused: Sequence[Refused]) -> Problem:
    """Every event of the request breaks rules, or none may come from this sender."""
    errors = tuple(error for one in refused for error in one.errors)
    what = "The event breaks" if len(refused) == 1 else f"All {len(refused):,} events break"
    rules = "a rule" if len(errors) == 1 else f"{len(errors):,} rules"
    listed = (
        "listed under errors"
        if len(errors) <= MOST_ERRORS
        else f"of which the first {MOST_ERRORS} are listed"
    )
    detail = f"{what} {rules}, {listed}. Nothing was taken. Mend and send again."
    return Problem(
        "invalid-event", 422, "Invalid event" if len(refused) == 1 else "No valid event", detail, errors
    )


def _taken(accepted: Accepted, judgement: Judgement) -> dict[str, Any]:
    first, *others = judgement
    entry = {"id": accepted.event.id, "source": accepted.event.source, **in_words(first)}
    entry["also"] = [in_words(became) for became in others]
    return entry | ({"notes": list(accepted.notes)} if accepted.notes else {})


def in_words(became: Became) -> dict[str, Any]:
    """One consequence as it is answered."""
    exception = {} if became.thread_id is None else {"exception": f"EX-{became.thread_id}"}
    return {"outcome": became.fate.value, **exception, "says": printable(became.words)}


def _refused(refused: Refused) -> dict[str, Any]:
    detail = (
        "This event breaks the rules under errors and was not taken; the valid ones were. "
        "Mend it and send it again."
    )
    problem = Problem("invalid-event", 422, "Invalid event", detail, refused.errors)
    named = {"id": refused.id, "source": refused.source}
    known = {key: printable(value[:MOST_ERRORS]) for key, value in named.items() if value is not None}
    return {
        **known,
        "outcome": REJECTED,
        "says": "rejected: breaks the rules under problem",
        "problem": problem.as_json(),
    }
