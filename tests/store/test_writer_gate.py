from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from time import monotonic

import pytest

from bot.store.writer_gate import GateTimeoutError, Priority, WriterGate

DEADLINE = 60.0


class Queue:
    """A gate that somebody holds, and those who queue in front of it."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.gate = WriterGate()
        self.order: list[str] = []
        self._pool = pool
        self._holder = ExitStack()
        self._holder.enter_context(self.gate.turn(Priority.HOUSEKEEPING, DEADLINE))

    def joins(self, name: str, priority: Priority, patience: float = DEADLINE) -> Future[None]:
        """Somebody comes to wait; returns once they stand in the queue, or have left it again."""
        standing = self.gate.waiting + 1
        turn = self._pool.submit(self._write, name, priority, patience)
        deadline = monotonic() + DEADLINE
        while self.gate.waiting < standing and not turn.done():
            assert monotonic() < deadline, f"{name} never came to wait"
            threading.Event().wait(0.001)
        return turn

    def opens(self) -> None:
        """Whoever holds the gate is done."""
        self._holder.close()

    def _write(self, name: str, priority: Priority, patience: float) -> None:
        with self.gate.turn(priority, patience):
            self.order.append(name)


@pytest.fixture
def queue() -> Iterator[Queue]:
    with ThreadPoolExecutor(16) as pool:
        yield Queue(pool)


def test_a_press_goes_before_intake_that_came_earlier(queue: Queue) -> None:
    turns = [
        queue.joins("housekeeping", Priority.HOUSEKEEPING),
        queue.joins("intake", Priority.INTAKE),
        queue.joins("clock", Priority.CLOCK),
        queue.joins("press", Priority.PRESS),
    ]
    queue.opens()
    for turn in turns:
        turn.result(DEADLINE)
    assert queue.order == ["press", "clock", "intake", "housekeeping"]


def test_among_equals_whoever_came_first_goes_first(queue: Queue) -> None:
    turns = [queue.joins(str(number), Priority.INTAKE) for number in range(10)]
    queue.opens()
    for turn in turns:
        turn.result(DEADLINE)
    assert queue.order == [str(number) for number in range(10)]


def test_whoever_loses_patience_leaves_and_holds_up_nobody(queue: Queue) -> None:
    patient = queue.joins("intake", Priority.INTAKE)
    impatient = queue.joins("press", Priority.PRESS, patience=0.05)
    with pytest.raises(GateTimeoutError, match=r"no turn to write within 0.05 s"):
        impatient.result(DEADLINE)
    queue.opens()
    patient.result(DEADLINE)
    assert queue.order == ["intake"]


def test_a_turn_that_ends_in_an_error_is_over(queue: Queue) -> None:
    queue.opens()
    with pytest.raises(ZeroDivisionError), queue.gate.turn(Priority.PRESS, DEADLINE):
        raise ZeroDivisionError
    with queue.gate.turn(Priority.INTAKE, 0.1):
        queue.order.append("next")
    assert queue.order == ["next"]


def test_never_two_at_once() -> None:
    gate, inside, most = WriterGate(), 0, 0

    def write(number: int) -> None:
        nonlocal inside, most
        for _ in range(50):
            with gate.turn(Priority(number % 4), DEADLINE):
                inside += 1
                most = max(most, inside)
                inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert (inside, most) == (0, 1)
