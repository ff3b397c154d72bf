"""Reading a request's body: never more of it than is allowed, and JSON with errors that can be found."""

from __future__ import annotations

import json
import math
from typing import Any

from starlette.requests import Request

from handlers.intake.limits import DEEPEST_DATA, MOST_DIGITS, Allowance
from handlers.intake.problems import FieldError, Problem, ProblemError


async def read_body(request: Request, allowance: Allowance) -> bytes:
    """The whole body. One that is too large is refused as soon as that shows; the rest is never kept.

    Raises ProblemError (413, 415) and Starlette's ClientDisconnect.
    """
    _refuse_encoding(request.headers.get("content-encoding"))
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and len(announced) < MOST_DIGITS and int(announced) > allowance.body_bytes:
        raise ProblemError(too_large(f"{int(announced):,} bytes", allowance))
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > allowance.body_bytes:
            raise ProblemError(too_large(f"more than {allowance.body_bytes:,} bytes", allowance))
    return bytes(body)


def parse_json(body: bytes) -> Any:
    """The document in the body; raises ProblemError (400; 422 for a depth bomb).

    NaN, Infinity and numbers beyond a double come back as non-finite floats: the event that holds one is
    refused by name later, and the others of its batch are not lost.
    """
    if not body.strip():
        raise ProblemError(_not_json("The body is empty"))
    try:
        return json.loads(body.decode("utf-8-sig"), parse_int=_whole_number)
    except UnicodeDecodeError as error:
        raise ProblemError(_not_json(f"The body is not UTF-8: byte {error.start} is invalid")) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ProblemError(_not_json(f"The body is not JSON: {error.msg} at {where}")) from None
    except RecursionError:
        raise ProblemError(_too_deep()) from None


def too_large(size: str, allowance: Allowance) -> Problem:
    """The body or the batch is beyond what one request may carry."""
    most = f"{allowance.body_bytes:,} bytes and {allowance.events:,} events"
    return Problem(
        "too-large",
        413,
        "Too large",
        f"The request carries {size}; one request may carry at most {most}. "
        "Nothing of it was taken. Send it in several smaller requests.",
    )


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= MOST_DIGITS else math.inf


def _refuse_encoding(encoding: str | None) -> None:
    if encoding and encoding.lower() != "identity":
        detail = (
            f"The body is encoded as {encoding[:40]!r}, which is not taken. Send it without Content-Encoding."
        )
        raise ProblemError(Problem("unsupported-encoding", 415, "Unsupported content encoding", detail))


def _not_json(what: str) -> Problem:
    return Problem(
        "not-json", 400, "Not JSON", f"{what}. Nothing was taken. Mend the body and send it again."
    )


def _too_deep() -> Problem:
    error = FieldError("(body)", None, f"data is at most {DEEPEST_DATA} levels deep")
    return Problem(
        "invalid-event",
        422,
        "Nested too deep",
        "The body is nested so deep that it cannot be read. Nothing was taken. Send flatter data.",
        (error,),
    )
