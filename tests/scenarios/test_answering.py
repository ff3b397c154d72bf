"""Somebody answers: acknowledge, contain, resolve, verify."""

from __future__ import annotations

from tests.scenarios.actors import buttons, words_of
from tests.scenarios.stage import Stage


def test_one_press_acknowledges_and_stops_the_respond_clock(stage: Stage) -> None:
    card = stage.machine_down()
    stage.jonas.presses(card, "acknowledge")
    stage.settle()

    card = stage.card("EX-1")
    assert "*Acknowledged*" in words_of(card)
    assert "Jonas Weber" in words_of(card)
    assert "Maria Keller" not in words_of(card)
    assert buttons(card) == ["contain", "resolve", "decide"]
    stage.expect_reply("EX-1", "Jonas Weber acknowledged after")
    stage.fast_forward("14m")
    assert stage.paged(stage.ana, "EX-1") == 0
    assert not any("nobody acknowledged" in said for said in stage.thread("EX-1"))


def test_after_acknowledging_the_contain_clock_runs_and_climbs(stage: Stage) -> None:
    stage.maria.presses(stage.machine_down(), "acknowledge")
    stage.fast_forward("15m")
    note = stage.expect_reply("EX-1", "not contained within 15 min")
    assert note.mentions(stage.jonas.id)


def test_containing_asks_what_was_done_and_says_it_in_the_thread(stage: Stage) -> None:
    form = stage.maria.opens(stage.machine_down(), "contain")
    stage.maria.sends(form, action="Bypassed the infeed star wheel")
    stage.settle()
    stage.expect_reply("EX-1", "Maria Keller contained it: “Bypassed the infeed star wheel”")
    card = stage.card("EX-1")
    assert "*Contained*" in words_of(card)
    assert buttons(card) == ["resolve", "decide"]


def test_resolving_asks_for_everything_that_the_rule_calls_done(stage: Stage) -> None:
    form = stage.maria.opens(stage.machine_down(), "resolve")
    assert "Root cause" in words_of(form)
    refused = stage.maria.submits(form, answer__root_cause="Worn star wheel")
    assert list(refused.errors) == ["answer.countermeasure"]
    blank = stage.maria.submits(form, answer__countermeasure="   ")
    assert blank.errors == {"answer.countermeasure": "This is needed before it counts as done."}

    stage.maria.sends(form, answer__countermeasure="Replaced it, spare ordered")
    stage.settle()
    stage.expect_reply("EX-1", "Root cause: “Worn star wheel”")
    assert "*Resolved*" in words_of(stage.card("EX-1"))
    assert buttons(stage.card("EX-1")) == []


def test_what_holds_for_a_day_is_verified_and_closed(stage: Stage) -> None:
    resolve(stage)
    stage.event("machine.state", "filler-1", state="RUNNING")
    stage.fast_forward("24h")
    stage.expect_reply("EX-1", "It held: verified and closed.")
    assert "*Verified*" in words_of(stage.card("EX-1"))
    assert stage.event("machine.state", "filler-1", state="DOWN").says == "opened EX-2"


def test_what_never_cleared_is_not_verified_but_opened_again(stage: Stage) -> None:
    resolve(stage)
    stage.fast_forward("24h")
    note = stage.expect_reply("EX-1", "reopened: the signal never cleared")
    assert note.mentions(stage.maria.id)
    assert "*Open*" in words_of(stage.card("EX-1"))


def test_what_happens_again_after_it_was_resolved_is_reopened_and_pages_its_owner(stage: Stage) -> None:
    resolve(stage)
    stage.event("machine.state", "filler-1", state="RUNNING")
    stage.fast_forward("1h")
    again = stage.event("machine.state", "filler-1", state="DOWN")
    assert again.outcome == "reopened"
    stage.settle()
    note = stage.expect_reply("EX-1", "it happened again after it was resolved")
    assert note.mentions(stage.maria.id)
    assert "reopened once" in words_of(stage.card("EX-1"))
    assert buttons(stage.card("EX-1")) == ["acknowledge", "contain", "resolve"]


def resolve(stage: Stage) -> None:
    """EX-1 is opened and resolved by Maria."""
    form = stage.maria.opens(stage.machine_down(), "resolve")
    stage.maria.sends(form, answer__root_cause="Worn star wheel", answer__countermeasure="Replaced it")
    stage.settle()
