"""A backup comes back: Slack hears nothing until a human says so, and then only the truth."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.services import quarantine
from bot.services.backups import restore, take
from tests.deadlines import eventually
from tests.scenarios.actors import words_of
from tests.scenarios.stage import Stage

SOON = 60.0


@pytest.fixture
def database_url(migrated_sqlite_url: str) -> str:
    """Once is enough here: tests/services/test_backups.py has both."""
    return migrated_sqlite_url


def everything(stage: Stage) -> list[str]:
    """What Slack shows, everywhere."""
    return [*stage.cards_in("#filling"), *stage.thread("EX-1"), *stage.direct_messages("jonas")]


def test_after_a_restore_nothing_is_sent_until_it_is_released(stage: Stage, tmp_path: Path) -> None:
    url, backup = stage.settings.database_url, tmp_path / "backup"
    card = stage.machine_down()
    take(url, backup, now=stage.clock.now())
    stage.maria.presses(card, "acknowledge")
    stage.machine_down("filler-2")
    before = everything(stage)
    stage.bot_stops()
    restore(url, backup, by="olga", now=stage.clock.now(), replace=True)
    stage.clock.advance(timedelta(hours=3))
    stage.bot_starts()

    assert "in quarantine since" in stage.ready()["checks"]["delivery"]
    assert stage.event("machine.state", "capper-1", state="DOWN").exception == "EX-1002"
    assert everything(stage) == before

    quarantine.release(
        stage.app.database, by="olga", operators="#control-room", now=stage.clock.now(), drop_before=None
    )
    stage.settle()
    eventually(lambda: stage.ready()["ready"], within=SOON, what="the bot is ready")
    assert "Andon sends again" in str(stage.cards_in("#control-room"))
    stage.expect_reply("EX-1", "Tier 2")
    stage.maria.presses(stage.card("EX-1"), "acknowledge")
    stage.settle()
    assert "Acknowledged" in words_of(stage.card("EX-1"))
    assert any("capper-1" in said for said in stage.cards_in("#filling"))
