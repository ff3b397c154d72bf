"""A person calls for help: by command, by a message's shortcut, from Home, or by mentioning the bot."""

from __future__ import annotations

from tests.deadlines import eventually
from tests.scenarios.actors import ANSWER_SECONDS, words_of
from tests.scenarios.stage import Stage


def test_a_call_with_everything_said_is_raised_at_once(stage: Stage) -> None:
    answer = stage.maria.types("/andon raise maintenance filler 2 gearbox is smoking")
    assert answer == "✅ Filler 2 · Line 1: opened EX-1. Its card appears in the channel."
    stage.settle()
    assert "gearbox is smoking" in words_of(stage.card("EX-1"))
    assert "Maria Keller asks for help" in stage.page(stage.person("timo"), "EX-1")


def test_a_call_asks_for_what_was_left_out_with_the_channels_area_filled_in(stage: Stage) -> None:
    stage.maria.types("/andon raise")
    form = stage.maria.sees_a_form()
    assert "filling" in str(form.blocks)
    answer = stage.maria.submits(form, call_type="quality", text="Labels are crooked")
    assert answer.view is not None
    assert "opened EX-1" in words_of(answer.view)
    stage.settle()
    assert "Labels are crooked" in words_of(stage.card("EX-1"))


def test_a_message_becomes_a_call_for_help(stage: Stage) -> None:
    said = stage.jonas.person.says("#filling", "Oil under capper 1, careful & slow")
    assert stage.jonas.person.uses_shortcut("raise_exception", said).ok
    form = stage.jonas.sees_a_form()
    assert "Oil under capper 1, careful & slow" in str(form.blocks)
    stage.jonas.submits(form, call_type="maintenance", where="capper-1")
    stage.settle()
    assert "Oil under capper 1, careful &amp; slow" in words_of(stage.card("EX-1"))


def test_sending_the_same_call_twice_is_one_call(stage: Stage) -> None:
    stage.maria.types("/andon raise maintenance filler-2")
    form = stage.maria.sees_a_form()
    first = stage.maria.submits(form, text="gearbox is smoking")
    assert first.view is not None
    stage.sandbox.workspace.screens.update(form.id, form.content, form.hash)
    second = stage.maria.submits(form, text="gearbox is smoking")
    assert second.view is not None
    assert "first time opened EX-1" in words_of(second.view)
    stage.settle()
    assert len(stage.cards_in("#filling")) == 1


def test_home_shows_what_is_mine_and_offers_to_call(stage: Stage) -> None:
    stage.machine_down()
    stage.maria.person.opens_home()
    eventually(lambda: stage.maria.person.home, within=ANSWER_SECONDS, what="Home is drawn")
    home = stage.maria.person.home_view
    assert home is not None
    assert "Your open exceptions* (1)" in words_of(home)
    stage.maria.presses(home, "show")
    assert "filler-1 down" in words_of(stage.maria.sees_a_form())
    stage.maria.presses(home, "open_raise_form")
    eventually(
        lambda: stage.maria.sees_a_form().callback_id == "raise_exception",
        within=ANSWER_SECONDS,
        what="the form for a call opens",
    )


def test_a_stranger_finds_on_home_whom_to_ask(stage: Stage) -> None:
    zoe = stage.person("zoe")
    zoe.person.opens_home()
    eventually(lambda: zoe.person.home, within=ANSWER_SECONDS, what="Home is drawn")
    assert f"slack: {zoe.id}" in words_of(zoe.person.home or {"blocks": []})


def test_mentioning_the_bot_gets_a_short_answer_for_the_asker_alone(stage: Stage) -> None:
    stage.maria.person.says("#filling", "@andon what can you do?")
    assert "/andon help" in stage.maria.is_told("Call for help with `/andon raise`")
    assert stage.jonas.person.ephemerals("#filling") == []
