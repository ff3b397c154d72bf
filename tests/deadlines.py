"""Waiting on conditions: as short as possible, never for ever."""

from __future__ import annotations

import time
from collections.abc import Callable

from slack_bolt import App

_LOOK_AGAIN_SECONDS = 0.005


def eventually(condition: Callable[[], object], *, within: float, what: str) -> None:
    """Return as soon as the condition holds; raises AssertionError after so many seconds."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"not within {within} s: {what}"
        time.sleep(_LOOK_AGAIN_SECONDS)  # between two looks at a condition that announces nothing


def take_time(app: App) -> None:
    """Let the listeners of a Bolt app be as slow as the machine; left alone, it gives each three seconds."""
    for listener in app._listeners:
        listener.ack_timeout = 60


def quickest(measure: Callable[[], float], *, enough: float) -> float:
    """Seconds: the first that are fewer than `enough`, or the fewest of five.

    For promises about real time. A machine that stands still makes one measurement long, never all of them.
    """
    measured: list[float] = []
    while len(measured) < 5 and min(measured, default=enough) >= enough:
        measured.append(measure())
    return min(measured)
