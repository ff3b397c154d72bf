"""An event becomes an owned thread, and its owner is paged once."""

from __future__ import annotations

from tests.scenarios.actors import buttons, words_of
from tests.scenarios.stage import Stage


def test_an_event_becomes_an_owned_thread_and_the_owner_is_paged_once(stage: Stage) -> None:
    became = stage.event("machine.state", "filler-1", state="DOWN", reason="jam at infeed")
    assert became.says == "opened EX-1"
    stage.settle()

    card = stage.card("EX-1")
    assert "filler-1 down: jam at infeed" in words_of(card)
    assert "Maria Keller" in words_of(card)
    assert "OEE of line 1" in words_of(card)
    assert buttons(card) == ["acknowledge", "contain", "resolve"]
    assert stage.paged(stage.maria, "EX-1") == 1
    assert not card.mentions(stage.maria.id)
