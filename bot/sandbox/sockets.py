"""Socket Mode: the websockets an app holds open, and the acks that come back through them."""

import asyncio
import json
from collections.abc import Callable
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.delivery import Ack, Delivery
from bot.sandbox.faults import Faults
from bot.sandbox.installation import APP_ID
from bot.sandbox.values import Json
from bot.sandbox.workspace import Workspace

CONNECTIONS_MOST = 10
GONE = (WebSocketDisconnect, RuntimeError)
"""RuntimeError is how Starlette says that the peer left while something was being sent."""

DEBUG_INFO = {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060}


class Sockets:
    """Carries each payload to one of the connections, in turn. Lives on the server's event loop."""

    def __init__(
        self, workspace: Workspace, faults: Faults, *, cut: Callable[[tuple[str, int]], None]
    ) -> None:
        self._workspace = workspace
        self._faults = faults
        self._cut = cut
        self._open: list[WebSocket] = []
        self._waiting: dict[str, tuple[WebSocket, asyncio.Future[Ack]]] = {}

    @property
    def count(self) -> int:
        return len(self._open)

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from its ticket to its end."""
        with self._workspace.lock:
            welcome = self._workspace.tickets.use_socket(socket.query_params.get("ticket", ""))
        if not welcome:
            await socket.close()
            return
        await socket.accept()
        if len(self._open) >= CONNECTIONS_MOST:
            await socket.send_text(_disconnect("too_many_websockets"))
            await socket.close()
            return
        self._open.append(socket)
        try:
            await socket.send_text(self._hello())
            while True:
                self._receive(json.loads(await socket.receive_text()))
        except GONE:
            return
        finally:
            self._forget(socket)

    def _hello(self) -> str:
        return json.dumps(
            {
                "type": "hello",
                "num_connections": len(self._open),
                "debug_info": DEBUG_INFO,
                "connection_info": {"app_id": APP_ID},
            }
        )

    def _receive(self, answer: Json) -> None:
        _, waiting = self._waiting.get(answer.get("envelope_id", ""), (None, None))
        if waiting is not None and not waiting.done():
            waiting.set_result(Ack(payload=answer.get("payload")))

    def _forget(self, socket: WebSocket) -> None:
        """Nothing is sent here any more; what waits for an answer from here gets none."""
        if socket in self._open:
            self._open.remove(socket)
        for holder, waiting in self._waiting.values():
            if holder is socket and not waiting.done():
                waiting.set_result(Ack("dispatch_failed"))

    async def carry(self, delivery: Delivery, *, within: float) -> Ack:
        """To the next connection in turn that is not found closed before anything was said to it."""
        while self._open:
            socket = self._open.pop(0)
            self._open.append(socket)
            if self._faults.on_delivery(delivery.name, "socket_dropped"):
                self._drop(socket)
                break
            if ack := await self._carry_by(socket, delivery, within):
                return ack
        return Ack("dispatch_failed")

    async def _carry_by(self, socket: WebSocket, delivery: Delivery, within: float) -> Ack | None:
        envelope_id = str(uuid4())
        waiting: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (socket, waiting)
        try:
            await socket.send_text(json.dumps(_envelope(delivery, envelope_id)))
            return await asyncio.wait_for(waiting, within)
        except TimeoutError:
            return Ack("operation_timeout")
        except GONE:
            self._forget(socket)
            return None
        finally:
            del self._waiting[envelope_id]

    def _drop(self, socket: WebSocket) -> None:
        """Forgotten at once: nobody may take it for open until the server has noticed its end."""
        self._forget(socket)
        if socket.client is not None:
            self._cut((socket.client.host, socket.client.port))

    def drop_all(self) -> None:
        """Cut every connection without a word."""
        for socket in tuple(self._open):
            self._drop(socket)

    async def ask_to_reconnect(self) -> None:
        """What Slack does every few hours: say so, then close."""
        for socket in tuple(self._open):
            self._forget(socket)
            await socket.send_text(_disconnect("refresh_requested"))
            await socket.close()


def _disconnect(reason: str) -> str:
    return json.dumps({"type": "disconnect", "reason": reason, "debug_info": DEBUG_INFO})


def _envelope(delivery: Delivery, envelope_id: str) -> Json:
    envelope: Json = {
        "envelope_id": envelope_id,
        "payload": delivery.payload,
        "type": delivery.envelope,
        "accepts_response_payload": delivery.envelope != "events_api",
    }
    if delivery.envelope == "events_api":
        envelope |= {"retry_attempt": delivery.retry, "retry_reason": delivery.reason}
    return envelope
