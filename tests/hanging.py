"""A test that hangs says where, briefly and with the test's own thread last, and takes its worker down.

pytest's own `faulthandler_timeout` prints every frame of dozens of threads, which a log that keeps only its
end cuts off; it stays as the net beneath this one, for what hangs outside of Python.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Generator
from pathlib import Path
from types import FrameType

import pytest

SHARE_OF_LIMIT = 0.8
"""Of `faulthandler_timeout`, so that this speaks first."""

ROOT = str(Path(__file__).parents[1])
_outside = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Remember where the run itself prints, before what tests print is caught."""
    config.stash[_outside] = os.dup(2)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Watch over one test with what sets it up and takes it down."""
    limit = float(item.config.getini("faulthandler_timeout") or 0)
    watch = threading.Timer(SHARE_OF_LIMIT * limit, _tell, [item, threading.get_ident()])
    watch.daemon = True
    if limit > 0:
        watch.start()
    try:
        return (yield)
    finally:
        watch.cancel()


def _tell(item: pytest.Item, own: int) -> None:
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    frames = sys._current_frames()
    lines = [f"\n{item.nodeid} hangs:"]
    for ident in sorted(frames, key=lambda ident: ident == own):
        if ident != threading.get_ident():
            lines += [f"-- {names.get(ident, ident)}", *_where(frames[ident])]
    os.write(item.config.stash[_outside], ("\n".join(lines) + "\n").encode())
    os._exit(1)


def _where(innermost: FrameType) -> list[str]:
    """The steps through our own code, and the last one whosever it is."""
    steps = traceback.extract_stack(innermost)
    last = len(steps) - 1
    return [
        f"   {step.filename.removeprefix(ROOT)}:{step.lineno} {step.name}"
        for number, step in enumerate(steps)
        if number == last or (step.filename.startswith(ROOT) and ".venv" not in step.filename)
    ]
