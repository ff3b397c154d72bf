"""Somebody asks who changed what, while the bot runs and seals by itself."""

from __future__ import annotations

from bot.services.audit_log import examine
from tests.deadlines import eventually
from tests.scenarios.stage import Stage


def test_what_was_pressed_is_sealed_and_shown_to_whoever_asks(stage: Stage) -> None:
    stage.maria.presses(stage.machine_down(), "acknowledge")
    eventually(lambda: not examine(stage.app.database).waiting, within=60, what="every entry is sealed")
    verdict = examine(stage.app.database).verdict
    assert (verdict.broken, verdict.checked) == (None, 2)
    shown = stage.maria.types("/andon audit EX-1")
    assert shown == "Audit of EX-1: 1"
