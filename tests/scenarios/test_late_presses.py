"""Two people press at once, or from an old card: answered in words, never lost, never done twice."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.scenarios.actors import words_of
from tests.scenarios.stage import Stage


def test_a_press_on_a_stale_card_is_answered_with_what_happened_meanwhile(stage: Stage) -> None:
    stale = stage.machine_down()
    stage.maria.presses(stale, "acknowledge")
    stage.jonas.presses(stale, "acknowledge")
    told = stage.jonas.is_told("Maria Keller acknowledged it at")
    assert "EX-1" in told
    assert "nothing was changed" in told
    stage.settle()
    assert "Maria Keller" in words_of(stage.card("EX-1"))


def test_pressing_twice_is_harmless(stage: Stage) -> None:
    card = stage.machine_down()
    stage.maria.presses(card, "acknowledge")
    stage.maria.presses(card, "acknowledge")
    stage.maria.is_told("EX-1 is already yours")
    stage.settle()
    stage.expect_reply("EX-1", "acknowledged")


def test_a_button_of_an_older_version_is_answered_in_words(stage: Stage) -> None:
    card = stage.machine_down()
    renamed = json.dumps(card.blocks).replace('"acknowledge"', '"take_over"')
    stage.maria.presses(replace(card, blocks=json.loads(renamed)), "take_over")
    stage.maria.is_told("from an older version of me")


def test_a_stale_form_says_what_changed_and_keeps_what_was_typed(stage: Stage) -> None:
    card = stage.machine_down()
    form = stage.maria.opens(card, "contain")
    stage.jonas.presses(card, "acknowledge")

    answer = stage.maria.submits(form, action="Cleared the jam by hand")
    assert answer.view is not None
    again = words_of(answer.view)
    assert "Not saved, because meanwhile Jonas Weber acknowledged it" in again
    assert "Cleared the jam by hand" in str(answer.view.blocks)

    stage.maria.sends(answer.view)
    stage.settle()
    stage.expect_reply("EX-1", "Maria Keller contained it: “Cleared the jam by hand”")


def test_a_form_for_what_is_over_gives_back_what_was_typed(stage: Stage) -> None:
    card = stage.machine_down()
    form = stage.maria.opens(card, "contain")
    stage.jonas.sends(stage.jonas.chooses(card, "cancel"), reason="Planned test")
    answer = stage.maria.submits(form, action="Cleared the jam by hand")
    assert answer.view is not None
    assert "Jonas Weber cancelled it" in words_of(answer.view)
    assert "You had typed: “Cleared the jam by hand”" in words_of(answer.view)


def test_resolving_beats_a_late_acknowledge(stage: Stage) -> None:
    card = stage.machine_down()
    form = stage.maria.opens(card, "resolve")
    stage.maria.sends(form, answer__root_cause="Cap missing", answer__countermeasure="Sensor added")
    stage.jonas.presses(card, "acknowledge")
    told = stage.jonas.is_told("Maria Keller resolved it at")
    assert "nothing was changed" in told
    stage.settle()
    assert "*Resolved*" in words_of(stage.card("EX-1"))


def test_a_form_opened_from_an_old_card_warns_at_once(stage: Stage) -> None:
    stale = stage.machine_down()
    stage.maria.presses(stale, "acknowledge")
    form = stage.jonas.opens(stale, "contain")
    assert "The card you pressed was older: Maria Keller acknowledged it" in words_of(form)


def test_one_more_occurrence_does_not_make_a_card_stale(stage: Stage) -> None:
    card = stage.machine_down()
    stage.event("machine.state", "filler-1", state="DOWN")
    stage.settle()
    stage.maria.presses(card, "acknowledge")
    stage.settle()
    assert "*Acknowledged*" in words_of(stage.card("EX-1"))


def test_a_press_that_meets_a_tier_climbing_still_counts(stage: Stage) -> None:
    card = stage.machine_down()
    stage.fast_forward("5m")
    stage.maria.presses(card, "acknowledge")
    stage.settle()
    assert "*Acknowledged*" in words_of(stage.card("EX-1"))


def test_somebody_whom_the_plan_does_not_know_is_told_who_can_help(stage: Stage) -> None:
    zoe = stage.person("zoe")
    zoe.presses(stage.machine_down(), "acknowledge")
    told = zoe.is_told("does not know you")
    assert f"slack: {zoe.id}" in told
    stage.settle()
    assert "*Open*" in words_of(stage.card("EX-1"))


def test_what_the_plan_reserves_for_others_is_refused_with_their_roles(stage: Stage) -> None:
    timo = stage.person("timo")
    form = timo.chooses(stage.machine_down(), "cancel")
    answer = timo.submits(form, reason="It is running again")
    (said,) = answer.errors.values()
    assert "team_lead" in said or "team lead" in said
