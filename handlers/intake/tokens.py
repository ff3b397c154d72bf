"""Who may send: bearer tokens, each with the name of its sender, its scopes and its sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.requests import Request

from bot.services.admission import Admission, NotAdmittedError, NotAllowedError
from handlers.intake.arrivals import Accepted, Arrival, Refused
from handlers.intake.problems import FieldError, Problem, ProblemError, path_of, shown
from handlers.intake.rates import EVENTS_PER_SECOND, FAILURES_PER_SECOND, MOST_FAILURES, Rate
from rules.intake_tokens import Grant, Scope
from rules.own_events import type_trouble

UNAUTHORIZED = 401
REALM = 'Bearer realm="andon intake"'


class Doorkeeper:
    """Asks whoever comes for a token, and says in words what is missing."""

    def __init__(self, admission: Admission, *, now: Callable[[], datetime]) -> None:
        self._admission = admission
        self._now = now
        self._sent = Rate(
            "This token has sent far more than anybody needs to",
            per_second=EVENTS_PER_SECOND,
            most=EVENTS_PER_SECOND * 10,
        )
        self._failed = Rate(
            "From this address came too many tokens that are not ours",
            per_second=FAILURES_PER_SECOND,
            most=MOST_FAILURES,
        )

    def admit(self, request: Request, scope: Scope) -> Grant:
        """What the sender of a request may send; raises ProblemError (401, 403, 429)."""
        try:
            grant = self._admitted(request, scope)
        except ProblemError as error:
            if error.problem.status == UNAUTHORIZED:
                address = request.client.host if request.client else ""
                self._failed.require(address, self._now())
                self._failed.spend(address, 1, self._now())
            raise
        self._sent.require(grant.name, self._now())
        return grant

    def note_sent(self, grant: Grant, items: int) -> None:
        """Count what was sent against the rate of the token."""
        self._sent.spend(grant.name, max(items, 1), self._now())

    def _admitted(self, request: Request, scope: Scope) -> Grant:
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            what = "The Authorization header is no bearer token" if scheme else "The request has no token"
            raise ProblemError(self._unauthorized(what, REALM))
        try:
            return self._admission.admit(token.strip(), scope, self._now())
        except NotAdmittedError as error:
            problem = self._unauthorized(str(error), f'{REALM}, error="invalid_token"')
            raise ProblemError(problem) from None
        except NotAllowedError as error:
            challenge = f'{REALM}, error="insufficient_scope"'
            raise ProblemError(not_allowed(str(error), challenge=challenge)) from None

    def _unauthorized(self, what: str, challenge: str) -> Problem:
        advice = "Send 'Authorization: Bearer <token>' with one that `andon token create` has made."
        if self._admission.is_empty:
            advice = "There is no token yet, so nobody may send: make one with `andon token create NAME`."
        detail = f"{what}, so nothing was taken. {advice}"
        headers = {"WWW-Authenticate": challenge}
        return Problem("unauthorized", UNAUTHORIZED, "Not authorized", detail, headers=headers)


def allowed_only(arrivals: Sequence[Arrival], grant: Grant) -> list[Arrival]:
    """Refuse the events that this sender may not send; raises ProblemError (403) when none is left."""
    many = len(arrivals) > 1
    checked = [_checked(one, (index,) if many else (), grant) for index, one in enumerate(arrivals)]
    forbidden = [one for one in checked if isinstance(one, Refused) and one.forbidden]
    if forbidden and len(forbidden) == len(checked):
        errors = tuple(error for one in forbidden for error in one.errors)
        raise ProblemError(not_allowed(source_words(grant), errors=errors))
    return checked


def _checked(arrival: Arrival, at: Sequence[int], grant: Grant) -> Arrival:
    if not isinstance(arrival, Accepted):
        return arrival
    event = arrival.event
    trouble = type_trouble(event.type)
    if trouble is not None:
        error = FieldError(path_of((*at, "type")), shown(event.type), trouble)
        return Refused((error,), event.id, event.source)
    trouble = grant.source_trouble(event.source)
    if trouble is not None:
        error = FieldError(path_of((*at, "source")), shown(event.source), trouble)
        return Refused((error,), event.id, event.source, forbidden=True)
    return arrival


def source_words(grant: Grant) -> str:
    """That this sender may not speak for what it named."""
    return (
        f"The token {grant.name} may not speak for the source under errors, so nothing was taken. Send it "
        "from a source that it may speak for, or with another token."
    )


def not_allowed(detail: str, *, challenge: str | None = None, errors: tuple[FieldError, ...] = ()) -> Problem:
    """The token is good, but not for this."""
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    return Problem("forbidden", 403, "Not allowed", detail, errors, headers=headers)
