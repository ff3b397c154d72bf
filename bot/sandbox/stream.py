"""The page's stream: server-sent events saying what changed, never what it changed to."""

import asyncio
import json
from collections.abc import AsyncIterator

from bot.sandbox.changes import Change
from bot.sandbox.workspace import Workspace

HEARTBEAT_SECONDS = 15.0


class Streams:
    """All open streams. Lives on the server's event loop."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._queues: set[asyncio.Queue[Change | None]] = set()

    async def events(self, user: str) -> AsyncIterator[str]:
        """What this user may notice, until the server stops."""
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def notice(change: Change) -> None:
            if change.audience in (None, user):
                loop.call_soon_threadsafe(queue.put_nowait, change)

        stop_listening = self._workspace.changes.listen(notice)
        self._queues.add(queue)
        try:
            yield ": welcome\n\n"
            while (line := await _next_line(queue)) is not None:
                yield line
        finally:
            stop_listening()
            self._queues.discard(queue)

    def stop(self) -> None:
        for queue in self._queues:
            queue.put_nowait(None)


async def _next_line(queue: asyncio.Queue[Change | None]) -> str | None:
    try:
        change = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return ": still here\n\n"
    return None if change is None else f"data: {json.dumps(change.as_json())}\n\n"
