"""What was asked of the Web API and how it was answered."""

import threading

from bot.sandbox.values import Call


class CallLog:
    """Thread-safe; reading gives a copy."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []

    def add(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)

    def read(self) -> list[Call]:
        with self._lock:
            return list(self._calls)
