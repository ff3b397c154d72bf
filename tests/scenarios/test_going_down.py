"""Going down: what fails on the way keeps nothing else running."""

from __future__ import annotations

import threading

import pytest

from tests.scenarios.stage import Stage


def test_a_part_that_fails_in_going_down_does_not_keep_the_others_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.machine_down()
    pruner = stage.app.pruner

    def fails() -> None:
        raise OSError("no more pruning")

    monkeypatch.setattr(pruner, "stop", fails)
    with pytest.raises(OSError, match="no more pruning"):
        stage.bot_stops()
    assert {thread.name for thread in threading.enumerate()}.isdisjoint({"relay", "sweeper"})
    monkeypatch.undo()
    stage.bot_stops()
