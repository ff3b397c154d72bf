"""What can be typed after /andon, every word of it."""

from __future__ import annotations

from tests.scenarios.actors import words_of
from tests.scenarios.stage import Stage


def test_help_says_what_can_be_done(stage: Stage) -> None:
    shown = words_of({"blocks": stage.maria.person.types("#filling", "/andon help").blocks})
    for command in ("list", "show", "raise", "ack", "contain", "resolve", "assign", "snooze", "whoami"):
        assert f"`/andon {command}" in shown
    assert "your exceptions" in stage.maria.types("/andon help list")


def test_whoami_names_the_person_and_their_roles(stage: Stage) -> None:
    assert stage.maria.types("/andon whoami") == "You are *Maria Keller* (maria): team lead (filling)."
    stranger = stage.person("zoe")
    assert f"`{stranger.id}`" in stranger.types("/andon whoami")


def test_version_says_what_is_running(stage: Stage) -> None:
    assert "control plan version 1 (The mill)" in stage.maria.types("/andon version")


NEAREST = {
    "akc EX-1": "Try `/andon ack EX-1`",
    "snoose EX-1 30m": "Try `/andon snooze EX-1 30m`",
    "ack": "Try `/andon ack EX-12`",
    "snooze 1 30m": "Try `/andon snooze EX-1 30m waiting for parts`",
    "show EX-99": "There is no EX-99.",
    "list fillin": "Did you mean `/andon list filling`?",
    "assign 1 Mario": "Did you mean Maria Keller?",
    "qwertz": "`/andon help` shows everything",
}


def test_what_is_not_understood_gets_the_nearest_command(stage: Stage) -> None:
    stage.machine_down()
    for typed, meant in NEAREST.items():
        assert meant in stage.maria.types(f"/andon {typed}")


def test_lists_are_mine_open_or_of_an_area(stage: Stage) -> None:
    assert stage.maria.types("/andon list") == "Nothing is waiting for you. Well done."
    stage.machine_down("filler-1")
    stage.machine_down("packer-1")
    assert stage.maria.types("/andon list") == "Your open exceptions: 1"
    assert stage.maria.types("/andon mine") == "Your open exceptions: 1"
    assert stage.maria.types("/andon list open") == "Open exceptions: 2"
    packing = stage.maria.person.types("#filling", "/andon list packing")
    assert "packer-1 down" in words_of({"blocks": packing.blocks})
    assert "filler-1 down" not in words_of({"blocks": packing.blocks})


def test_show_tells_one_exception_in_full_with_its_timeline(stage: Stage) -> None:
    stage.maria.presses(stage.machine_down(), "acknowledge")
    stage.settle()
    shown = words_of({"blocks": stage.maria.person.types("#canteen", "/andon show 1").blocks})
    assert "filler-1 down: jam at infeed" in shown
    assert "Maria Keller acknowledged it" in shown
    assert "Open the thread" in shown


def test_an_exception_can_be_worked_on_by_typing_alone(stage: Stage) -> None:
    stage.machine_down()
    assert stage.maria.types("/andon ack EX-1") == "👤 EX-1 is with Maria Keller."
    assert stage.maria.types("/andon contain ex1 bypassed the star wheel").startswith("🛡️ EX-1 is contained")
    assert stage.maria.types("/andon snooze 1 30m waiting for parts").startswith("💤 EX-1 is snoozed until")
    assert "tier 2" in stage.maria.types("/andon escalate 1 it burns")
    assert "Timo Funk" in stage.maria.types("/andon assign 1 @timo")
    stage.settle()
    for said in ("acknowledged", "“bypassed the star wheel”", "“waiting for parts”", "“it burns”"):
        stage.expect_reply("EX-1", said)
    assert "Timo Funk" in words_of(stage.card("EX-1"))


def test_resolve_opens_the_form_that_the_rule_asks_for(stage: Stage) -> None:
    stage.machine_down()
    stage.maria.types("/andon resolve EX-1")
    form = stage.maria.sees_a_form()
    stage.maria.sends(form, answer__root_cause="Cap missing", answer__countermeasure="Sensor added")
    stage.settle()
    assert "*Resolved*" in words_of(stage.card("EX-1"))


def test_merge_and_cancel_can_be_typed_too(stage: Stage) -> None:
    stage.machine_down("filler-1")
    stage.machine_down("capper-1")
    assert stage.maria.types("/andon merge EX-2 into EX-1") == "↪️ EX-2 is now part of EX-1."
    assert stage.maria.types("/andon cancel 1 fire drill") == "🚫 EX-1 is cancelled."
    assert "Maria Keller cancelled it" in stage.maria.types("/andon ack 1")
