"""Nobody answers: the exception climbs tier by tier, each told once, and ends with the last act."""

from __future__ import annotations

from tests.scenarios.actors import words_of
from tests.scenarios.stage import Stage


def test_what_nobody_acknowledges_climbs_tier_by_tier_and_mentions_each_tier_once(stage: Stage) -> None:
    stage.machine_down()
    paul = stage.person("paul")

    stage.fast_forward("5m")
    assert "Tier 2" in stage.page(stage.jonas, "EX-1")
    stage.fast_forward("10m")
    assert "Tier 3" in stage.page(stage.ana, "EX-1")
    stage.fast_forward("15m")
    assert "Tier 4" in stage.page(paul, "EX-1")

    crew = (stage.maria, stage.jonas, stage.ana, paul)
    assert [stage.paged(person, "EX-1") for person in crew] == [1, 1, 1, 1]
    assert "tier 4 of 4" in words_of(stage.card("EX-1"))


def test_the_third_tier_shows_the_card_in_the_escalations_channel_too(stage: Stage) -> None:
    stage.machine_down()
    assert stage.cards_in("#escalations") == []
    stage.fast_forward("15m")
    (shown,) = stage.cards_in("#escalations")
    assert "filler-1 down" in shown

    stage.maria.presses(stage.card("EX-1"), "acknowledge")
    stage.settle()
    (shown,) = stage.cards_in("#escalations")
    assert "Acknowledged" in shown


def test_at_the_top_it_reminds_twice_and_then_is_shown_on_the_board(stage: Stage) -> None:
    stage.machine_down()
    paul = stage.person("paul")
    stage.fast_forward("30m")

    stage.fast_forward("30m")
    stage.expect_reply("EX-1", "Reminder 1 of 2")
    stage.fast_forward("30m")
    stage.expect_reply("EX-1", "Reminder 2 of 2")
    assert stage.cards_in("#board") == []
    assert stage.paged(paul, "EX-1") == 3

    stage.fast_forward("30m")
    assert "filler-1 down" in stage.cards_in("#board")[0]
    stage.expect_reply("EX-1", "No clock runs any more")
    told = stage.thread("EX-1")
    stage.fast_forward("7d")
    assert stage.thread("EX-1") == told


def test_escalating_by_hand_tells_the_next_tier_now_and_gives_it_its_own_time(stage: Stage) -> None:
    card = stage.machine_down()
    form = stage.maria.chooses(card, "escalate")
    assert "Jonas Weber" in words_of(form)
    stage.maria.sends(form, reason="Smoke at the gearbox")
    stage.settle()

    note = stage.expect_reply("EX-1", "Maria Keller escalates this now: “Smoke at the gearbox”")
    assert note.mentions(stage.jonas.id)
    stage.fast_forward("9m")
    assert stage.paged(stage.ana, "EX-1") == 0
    stage.fast_forward("1m")
    assert stage.paged(stage.ana, "EX-1") == 1
