"""Brings payloads to the app, through a socket or as signed HTTP, and waits for the ack."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.sandbox.faults import Faults
from bot.sandbox.payloads import event_callback
from bot.sandbox.values import Json
from bot.sandbox.workspace import Workspace

Envelope = Literal["events_api", "interactive", "slash_commands"]
OVERTAKEN_WITHIN = 1.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """`retry` counts from zero; `reason` is why an event comes again, in Slack's words."""

    envelope: Envelope
    payload: Json
    retry: int = 0
    reason: str = ""

    @property
    def name(self) -> str:
        """What faults are matched against, for example `interactive/block_actions`."""
        detail = self.payload.get("event", self.payload).get("type", "")
        return f"{self.envelope}/{detail}" if detail else self.envelope


@dataclass(frozen=True, slots=True)
class Ack:
    """How the app answered. `error` is what Slack says when it did not: a timeout or no way to reach it."""

    error: Literal["operation_timeout", "dispatch_failed"] | None = None
    payload: Json | None = None


class Carrier(Protocol):
    async def carry(self, delivery: Delivery, *, within: float) -> Ack: ...


Work = Callable[[Delivery], Coroutine[Any, Any, None]]


class Courier:
    """Lives on the server's event loop; `ask` and `send_event` may be called from any thread."""

    def __init__(
        self, workspace: Workspace, faults: Faults, *, ack_seconds: float, event_retries: Sequence[float]
    ) -> None:
        self._workspace = workspace
        self._faults = faults
        self._ack_seconds = ack_seconds
        self._event_retries = event_retries
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending = threading.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[asyncio.Event] = []
        self.carrier: Carrier | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    async def stop(self) -> None:
        with self._ending:
            self._loop = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def ask(self, delivery: Delivery) -> Ack:
        """Deliver and wait for the answer, at most the three seconds an app has."""
        # What is handed over before the end is cancelled by it; later, the loop would never come to it.
        with self._ending:
            if self._loop is None:
                return Ack("dispatch_failed")
            asked = asyncio.run_coroutine_threadsafe(self._carry(delivery), self._loop)
        try:
            return asked.result()
        except CancelledError:
            return Ack("dispatch_failed")

    def send_event(self, subscription: str, event: Json) -> None:
        """Deliver an event in the background, if the app subscribes to it."""
        if subscription not in self._workspace.app.events:
            return
        delivery = Delivery("events_api", event_callback(self._workspace, event))
        with self._ending:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._begin, self._bring_event, delivery)

    def _begin(self, work: Work, delivery: Delivery) -> None:
        task = asyncio.get_running_loop().create_task(work(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bring_event(self, delivery: Delivery) -> None:
        """Slack tries an event four times: at once, and after each of the waits."""
        ack = await self._carry(delivery)
        for retry, wait in enumerate(self._event_retries, start=1):
            if ack.error is None:
                return
            await asyncio.sleep(wait)
            reason = "timeout" if ack.error == "operation_timeout" else "connection_failed"
            again = Delivery(delivery.envelope, delivery.payload, retry, reason)
            ack = await self._carry(again)

    async def _carry(self, delivery: Delivery) -> Ack:
        if self._faults.on_delivery(delivery.name, "reordered_delivery"):
            await self._be_overtaken()
        if self._faults.on_delivery(delivery.name, "duplicate_delivery"):
            self._begin(self._bring_again, delivery)
        ack = await self._bring(delivery)
        for held in self._held:
            held.set()
        return ack

    async def _be_overtaken(self) -> None:
        """Wait until another delivery is through, or give up so that the last one is not lost."""
        overtaken = asyncio.Event()
        self._held.append(overtaken)
        with suppress(TimeoutError):
            await asyncio.wait_for(overtaken.wait(), OVERTAKEN_WITHIN)
        self._held.remove(overtaken)

    async def _bring_again(self, delivery: Delivery) -> None:
        await self._bring(delivery)

    async def _bring(self, delivery: Delivery) -> Ack:
        if self.carrier is None:
            return Ack("dispatch_failed")
        return await self.carrier.carry(delivery, within=self._ack_seconds)
