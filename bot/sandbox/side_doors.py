"""The addresses Slack hands out beside the Web API: response URLs, uploads, files, permalinks."""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.answers import answer_response_url
from bot.sandbox.refusals import SlackRefusal
from bot.sandbox.workspace import Workspace

GONE = ("expired_url", "used_url", "invalid_url")


def routes(workspace: Workspace) -> list[Route]:
    async def response_url(request: Request) -> Response:
        try:
            answer_response_url(workspace, request.path_params["key"], await request.json())
        except SlackRefusal as refusal:
            status = 404 if refusal.error in GONE else 200
            return JSONResponse({"ok": False, "error": refusal.error} | refusal.extra, status)
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
        return PlainTextResponse("ok")

    async def upload(request: Request) -> Response:
        content = await _uploaded(request)
        try:
            with workspace.lock:
                file = workspace.shelf.receive(request.path_params["file_id"], content)
        except SlackRefusal as refusal:
            return PlainTextResponse(refusal.error, 404)
        return PlainTextResponse(f"OK - {file.length}")

    async def file_content(request: Request) -> Response:
        try:
            with workspace.lock:
                file = workspace.shelf.get(request.path_params["file_id"])
        except SlackRefusal as refusal:
            return PlainTextResponse(refusal.error, 404)
        return Response(file.content or b"", media_type=file.mimetype)

    async def permalink(request: Request) -> Response:
        channel, packed = request.path_params["channel"], request.path_params["packed_ts"]
        digits = packed.removeprefix("p")
        target = f"/?channel={channel}&ts={digits[:-6]}.{digits[-6:]}"
        thread_ts = request.query_params.get("thread_ts")
        return RedirectResponse(target + (f"&thread_ts={thread_ts}" if thread_ts else ""))

    return [
        Route("/response/{team}/{key}", response_url, methods=["POST"]),
        Route("/upload/v1/{file_id}", upload, methods=["POST"]),
        Route("/sandbox/files/{file_id}", file_content),
        Route("/archives/{channel}/{packed_ts}", permalink),
    ]


async def _uploaded(request: Request) -> bytes:
    """The bytes, sent raw or as the only file of a form."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for part in form.values():
            if isinstance(part, UploadFile):
                return await part.read()
    return b""
