"""`/sandbox/api/…`: what the page reads and what it lets a person do."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox import page_reads
from bot.sandbox.delivery import Courier
from bot.sandbox.page_acts import (
    act_on_element,
    close_view,
    send_message,
    submit_view,
    toggle_reaction,
    use_shortcut,
)
from bot.sandbox.people import Person
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.stream import Streams
from bot.sandbox.values import Json
from bot.sandbox.workspace import Workspace

Endpoint = Callable[[Request], Awaitable[Response]]
MISTAKES = (LookupError, ValueError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class PageApi:
    workspace: Workspace
    courier: Courier
    streams: Streams

    def routes(self) -> list[Route]:
        read, act = self._read, self._act
        workspace = self.workspace

        def messages(request: Request, user: str) -> Json:
            channel = workspace.directory.channel(request.path_params["channel"])
            return page_reads.channel_messages(workspace, channel, user)

        def thread(request: Request, user: str) -> Json:
            channel = workspace.directory.channel(request.path_params["channel"])
            return page_reads.thread_messages(workspace, channel, request.path_params["ts"], user)

        return [
            Route("/sandbox/api/workspace", read(lambda _, user: page_reads.overview(workspace, user))),
            Route("/sandbox/api/channels/{channel}/messages", read(messages)),
            Route("/sandbox/api/channels/{channel}/threads/{ts}", read(thread)),
            Route("/sandbox/api/views", read(lambda _, user: page_reads.views(workspace, user))),
            Route("/sandbox/api/home", read(lambda _, user: page_reads.home(workspace, user))),
            Route("/sandbox/api/stream", self._stream),
            Route("/sandbox/api/messages", act(send_message), methods=["POST"]),
            Route("/sandbox/api/actions", act(act_on_element), methods=["POST"]),
            Route("/sandbox/api/reactions", act(toggle_reaction), methods=["POST"]),
            Route("/sandbox/api/shortcuts", act(use_shortcut), methods=["POST"]),
            Route("/sandbox/api/views/{view}/submit", act(submit_view), methods=["POST"]),
            Route("/sandbox/api/views/{view}/close", act(close_view), methods=["POST"]),
            Route("/sandbox/api/home", act(_open_home), methods=["POST"]),
            Route("/sandbox/api/read", act(_read_channel), methods=["POST"]),
        ]

    def _read(self, answer: Callable[[Request, str], Json]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                with self.workspace.lock:
                    user = self.workspace.directory.user(request.query_params.get("as", "")).id
                    return JSONResponse(answer(request, user))
            except SlackRefusal as refusal:
                return JSONResponse({"ok": False, "error": refusal.error}, 404)

        return endpoint

    def _act(self, act: Callable[[Person, Json], Json]) -> Endpoint:
        """Acts block until the app acks, so they run beside the event loop."""

        async def endpoint(request: Request) -> Response:
            try:
                body = await request.json() | request.path_params
                user = self.workspace.user(str(body.get("as", "")))
                person = Person(user.id, self.workspace, self.courier)
                return JSONResponse(await run_in_threadpool(act, person, body))
            except SlackRefusal as refusal:
                return JSONResponse({"ok": False, "error": refusal.error})
            except MISTAKES as mistake:
                return JSONResponse({"ok": False, "error": f"{type(mistake).__name__}: {mistake}"}, 400)

        return endpoint

    async def _stream(self, request: Request) -> Response:
        user = self.workspace.user(request.query_params.get("as", ""))
        return StreamingResponse(
            self.streams.events(user.id),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )


def _open_home(person: Person, body: Json) -> Json:
    del body
    person.opens_home()
    return {"ok": True}


def _read_channel(person: Person, body: Json) -> Json:
    person.reads(body["channel"])
    return {"ok": True}
