"""`/api/{method}`: faults, token, scopes, rate limits, then the method itself."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.arguments import Arguments
from bot.sandbox.calls import CallLog
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.methods.access import require_scope
from bot.sandbox.methods.registry import METHODS, UNLIMITED, Method
from bot.sandbox.rates import Rates
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.values import Call, Json
from bot.sandbox.workspace import Workspace

POSTING = "chat.postMessage"
CUT_OFF = Response(status_code=500)


@dataclass(frozen=True, slots=True)
class WebApi:
    """`only_methods` are globs; everything they do not match answers `unknown_method`.

    `cut` ends the connection of a client address at once, with a TCP reset when `reset`.
    """

    workspace: Workspace
    faults: Faults
    calls: CallLog
    rates: Rates | None
    only_methods: Sequence[str] | None
    cut: Callable[[tuple[str, int]], None]

    async def serve(self, request: Request) -> Response:
        name = request.path_params["method"]
        try:
            values = await _values(request)
        except SlackRefusal as refusal:
            return self._refused(name, Arguments({}), refusal)
        args = Arguments({key: value for key, value in values.items() if key != "token"})
        fault = self.faults.on_call(name)
        if fault is not None:
            return await self._serve_faulty(request, name, args, _token(request, values), fault)
        return self._answer(name, args, _token(request, values))

    async def _serve_faulty(
        self, request: Request, name: str, args: Arguments, token: str, fault: Fault
    ) -> Response:
        match fault.kind:
            case "429":
                return self._limited(name, args, max(1, round(fault.seconds)))
            case "500":
                self._log(name, args, "http_500")
                return Response("Internal Server Error", status_code=500)
            case "reset":
                self._log(name, args, "reset")
                return self._cut_off(request)
            case "response_lost":
                self._answer(name, args, token)
                return self._cut_off(request)
            case _:
                await asyncio.sleep(fault.seconds)
                return self._answer(name, args, token)

    def _cut_off(self, request: Request) -> Response:
        """End the connection; what is returned then goes nowhere."""
        if request.client is not None:
            self.cut((request.client.host, request.client.port))
        return CUT_OFF

    def _answer(self, name: str, args: Arguments, token: str) -> Response:
        try:
            method = self._method(name)
            with self.workspace.lock:
                self._authorize(method, token)
                wait = self._wait(name, method, args)
                if wait:
                    return self._limited(name, args, wait)
                answer = method.answer(self.workspace, args)
        except SlackRefusal as refusal:
            return self._refused(name, args, refusal)
        self._log(name, args, None)
        return JSONResponse({"ok": True} | answer, headers=self._scope_headers(method))

    def _method(self, name: str) -> Method:
        allowed = self.only_methods is None or any(fnmatchcase(name, glob) for glob in self.only_methods)
        if name not in METHODS or not allowed:
            raise SlackRefusal("unknown_method", req_method=name)
        return METHODS[name]

    def _authorize(self, method: Method, token: str) -> None:
        app = self.workspace.app
        if not token:
            raise SlackRefusal("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise SlackRefusal("invalid_auth")
        if app.token_revoked:
            raise SlackRefusal("token_revoked")
        if (token == app.app_token) != method.app_level:
            raise SlackRefusal("not_allowed_token_type")
        if method.scope is not None:
            require_scope(self.workspace, method.scope)

    def _wait(self, name: str, method: Method, args: Arguments) -> int:
        if self.rates is None:
            return 0
        if name == POSTING:
            return self.rates.wait_for_post(args.text("channel"), self.workspace.now())
        if method.a_minute == UNLIMITED:
            return 0
        return self.rates.wait_for_method(name, method.a_minute, self.workspace.now())

    def _limited(self, name: str, args: Arguments, seconds: int) -> Response:
        self._log(name, args, "ratelimited")
        return JSONResponse(
            {"ok": False, "error": "ratelimited"}, status_code=429, headers={"Retry-After": str(seconds)}
        )

    def _refused(self, name: str, args: Arguments, refusal: SlackRefusal) -> Response:
        self._log(name, args, refusal.error)
        return JSONResponse({"ok": False, "error": refusal.error} | refusal.extra)

    def _scope_headers(self, method: Method) -> dict[str, str]:
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.workspace.scopes))}
        return headers | {"X-Accepted-OAuth-Scopes": method.scope} if method.scope else headers

    def _log(self, name: str, args: Arguments, error: str | None) -> None:
        self.calls.add(Call(name, self.workspace.now(), error is None, error, args.values))


async def _values(request: Request) -> Json:
    """All arguments together, wherever they stand in the request."""
    query: Json = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("application/json"):
        return query | _json(await request.body())
    async with request.form() as form:
        return query | {name: value for name, value in form.items() if isinstance(value, str)}


def _json(body: bytes) -> Json:
    try:
        values: Any = json.loads(body) if body else {}
    except ValueError:
        raise SlackRefusal("invalid_json") from None
    if not isinstance(values, dict):
        raise SlackRefusal("json_not_object")
    return values


def _token(request: Request, values: Json) -> str:
    bearer = request.headers.get("authorization", "")
    return bearer.removeprefix("Bearer ") if bearer else str(values.get("token", ""))
