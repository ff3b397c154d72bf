"""The ASGI edge: routes, health, and what is answered when nothing else fits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus

from anyio import CapacityLimiter, to_thread
from slack_bolt import App as BoltApp
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Lifespan

from handlers.intake.bodies import read_body
from handlers.intake.http import Intake
from handlers.intake.limits import Allowance
from handlers.intake.problems import Problem, ProblemError
from handlers.intake.readings import Readings
from handlers.metrics import Metrics

Check = Callable[[], str | None]
"""Looks at one thing that must be well for the bot to do its work; says what is wrong, or None."""

CHECK_SECONDS = 2.0
SLACK_THREADS = 20
_FROM_SLACK = Allowance(body_bytes=1024 * 1024, events=1)
_GREETING = """Andon is running.

POST /v1/events                      events, as CloudEvents or plain JSON
POST /v1/readings                    values of KPIs, as plain JSON
POST /v1/integrations/alertmanager   the webhook of Alertmanager (/grafana for Grafana's)
GET  /healthz                        whether the process lives
GET  /readyz                         whether it can do its work
GET  /metrics                        how it does, for Prometheus
"""


def web(
    *,
    intake: Intake,
    checks: Mapping[str, Check],
    readings: Readings | None = None,
    metrics: Metrics | None = None,
    slack: BoltApp | None = None,
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """The application. `checks` are asked by /readyz, by name; `slack` is given in HTTP mode only.

    Without `readings` none are taken, without `metrics` none are told.
    """
    routes = [
        Route("/", _greet),
        Route("/healthz", _alive),
        Route("/readyz", _Readiness(checks).answer),
        Route("/v1/events", intake.events, methods=["POST"]),
        Route("/v1/integrations/alertmanager", intake.alerts, methods=["POST"]),
        Route("/v1/integrations/grafana", intake.alerts, methods=["POST"]),
    ]
    if readings is not None:
        routes.append(Route("/v1/readings", readings.take, methods=["POST"]))
    if metrics is not None:
        routes.append(Route("/metrics", metrics.take))
    if slack is not None:
        routes.append(Route("/slack/events", _SlackRequests(slack).answer, methods=["POST"]))
    handlers = {
        ProblemError: _say_problem,
        HTTPException: _say_http_problem,
        ClientDisconnect: _hung_up,
        Exception: _say_failure,
    }
    app = Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan)
    app.router.redirect_slashes = False
    return app


class _SlackRequests:
    """Bolt works synchronously, so it gets threads of its own: the loop stays free for everybody else."""

    def __init__(self, app: BoltApp) -> None:
        self._app = app
        self._threads = CapacityLimiter(SLACK_THREADS)

    async def answer(self, request: Request) -> Response:
        body = await read_body(request, _FROM_SLACK)
        try:
            bolt_request = to_bolt_request(request, body)
        except UnicodeDecodeError as error:
            raise HTTPException(400, "The body is not UTF-8, so it is not from Slack.") from error
        response = await to_thread.run_sync(self._app.dispatch, bolt_request, limiter=self._threads)
        return to_starlette_response(response)


class _Readiness:
    """Asks every check at once, and takes too slow an answer for a bad one."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks

    async def answer(self, _: Request) -> Response:
        words = await asyncio.gather(*(_ask(check) for check in self._checks.values()))
        ready = not any(words)
        said = {name: word or "ok" for name, word in zip(self._checks, words, strict=True)}
        return JSONResponse({"ready": ready, "checks": said}, 200 if ready else 503)


async def _ask(check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await to_thread.run_sync(check, abandon_on_cancel=True)
    except TimeoutError:
        return f"did not answer within {CHECK_SECONDS:g} s"
    except Exception as error:
        return f"{type(error).__name__}: {error}"


async def _greet(_: Request) -> Response:
    return PlainTextResponse(_GREETING)


async def _alive(_: Request) -> Response:
    return JSONResponse({"alive": True})


async def _say_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return error.problem.response()


async def _say_http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    path = request.scope["path"][:200]
    allowed = (error.headers or {}).get("Allow", "another method")
    words = {
        HTTPStatus.NOT_FOUND: f"There is nothing at {path}. GET / lists what there is.",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} does not work here; {allowed} does.",
    }
    detail = words.get(status, error.detail)
    kind = status.phrase.lower().replace(" ", "-")
    return Problem(kind, status, status.phrase, detail, headers=error.headers or {}).response()


async def _hung_up(_: Request, __: Exception) -> Response:
    """Nobody is left to read this: the client went away before its request was complete."""
    return Response(status_code=400)


async def _say_failure(_: Request, __: Exception) -> Response:
    detail = (
        "Andon failed at this request; that is a fault of ours and stands in its log. Whether anything was "
        "taken is not known. Sending it again is safe: an event that was taken counts once."
    )
    return Problem("failure", 500, "Failure", detail).response()
