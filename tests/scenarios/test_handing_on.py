"""Not me, not now, not here, not at all: reassign, snooze, merge, cancel."""

from __future__ import annotations

from tests.scenarios.actors import buttons, words_of
from tests.scenarios.stage import Stage


def test_reassigning_pages_the_new_owner_and_the_clock_runs_on(stage: Stage) -> None:
    form = stage.maria.chooses(stage.machine_down(), "reassign")
    stage.maria.sends(form, to=stage.person("timo").id)
    stage.settle()
    note = stage.expect_reply("EX-1", "this is yours now, from Maria Keller")
    assert note.mentions(stage.person("timo").id)
    assert "Timo Funk" in words_of(stage.card("EX-1"))
    stage.fast_forward("5m")
    assert stage.paged(stage.jonas, "EX-1") == 1


def test_nobody_can_hand_it_to_somebody_the_plan_does_not_know(stage: Stage) -> None:
    form = stage.maria.chooses(stage.machine_down(), "reassign")
    answer = stage.maria.submits(form, to=stage.person("zoe").id)
    assert answer.errors == {"to": "The control plan does not know this person. Please choose another."}


def test_a_snooze_stops_the_clocks_and_wakes_the_owner_when_it_ends(stage: Stage) -> None:
    form = stage.maria.chooses(stage.machine_down(), "snooze")
    stage.maria.sends(form, **{"for": "1h", "reason": "Waiting for the fitter"})
    stage.settle()
    assert "“Waiting for the fitter”" in words_of(stage.card("EX-1"))
    stage.expect_reply("EX-1", "Maria Keller snoozed it until")

    stage.fast_forward("59m")
    assert stage.paged(stage.jonas, "EX-1") == 0
    stage.fast_forward("1m")
    note = stage.expect_reply("EX-1", "the snooze is over and the clocks run again")
    assert note.mentions(stage.maria.id)
    stage.fast_forward("5m")
    assert stage.paged(stage.jonas, "EX-1") == 1


def test_merging_moves_the_occurrences_and_stops_the_clocks_of_what_is_merged(stage: Stage) -> None:
    stage.machine_down("filler-1")
    second = stage.machine_down("capper-1", reason="no bottles")
    form = stage.maria.chooses(second, "merge")
    stage.maria.sends(form, into="1")
    stage.settle()
    stage.expect_reply("EX-2", "Maria Keller merged this into EX-1: please go on there.")
    stage.expect_reply("EX-1", "Maria Keller merged EX-2 (capper-1 down: no bottles) into this one")
    assert "merged into EX-1" in words_of(stage.card("EX-2")).lower().replace("ex-1", "EX-1")
    assert buttons(stage.card("EX-2")) == []

    assert stage.event("machine.state", "capper-1", state="DOWN").says == "appended to EX-1"
    stage.fast_forward("1h")
    assert stage.paged(stage.jonas, "EX-2") == 0


def test_cancelling_needs_a_reason_and_keeps_it(stage: Stage) -> None:
    form = stage.maria.chooses(stage.machine_down(), "cancel")
    assert stage.maria.submits(form).errors.keys() == {"reason"}
    stage.maria.sends(form, reason="Planned cleaning")
    stage.settle()
    stage.expect_reply("EX-1", "Maria Keller cancelled this: “Planned cleaning”")
    stage.fast_forward("1d")
    assert stage.paged(stage.jonas, "EX-1") == 0
    assert stage.event("machine.state", "filler-1", state="DOWN").says == "opened EX-2"
