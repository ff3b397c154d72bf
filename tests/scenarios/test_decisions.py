"""Decisions: logged by card, command and shortcut, and asked about on the day. A conversation is none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.sandbox.values import Message, View
from bot.services import decision_log
from tests.deadlines import eventually
from tests.scenarios.actors import ANSWER_SECONDS, Actor, words_of
from tests.scenarios.conftest import SetStage
from tests.scenarios.stage import Stage

FRIDAY_BEFORE_SUMMER_TIME = datetime(2026, 3, 27, 12, tzinfo=UTC)
SUNDAY_OF_SUMMER_TIME = "2026-03-29"


def test_a_decision_from_a_card_is_told_in_its_thread(stage: Stage) -> None:
    stage.maria.presses(stage.machine_down(), "acknowledge")
    stage.settle()
    form = stage.ana.opens(stage.card("EX-1"), "decide")
    assert "filler-1 down" in words_of(form)
    answer = stage.ana.submits(form, decision="Buy a spare star wheel", change="2", by_when=tomorrow(stage))
    assert "*D-1* is logged: OEE of line 1 +2 %" in shown(answer.view)
    stage.settle()
    note = stage.expect_reply("EX-1", "Ana Souza logged D-1: “Buy a spare star wheel”")
    assert note.mentions(stage.maria.id)
    assert "Ana Souza logged D-1" in words_of({"blocks": typed(stage.ana, "/andon show EX-1").blocks})


def test_a_decision_by_command_opens_the_form_with_kpi_and_words(stage: Stage) -> None:
    stage.ana.types("/andon decide OEE of line 1: run two shifts")
    form = stage.ana.sees_a_form()
    assert "run two shifts" in str(form.blocks)
    wrong = stage.ana.submits(form, change="-2", by_when=tomorrow(stage), owner=stage.jonas.id)
    assert "make it worse" in wrong.errors["change"]
    late = stage.ana.submits(form, change="+2", by_when="2020-01-01")
    assert "choose a later day" in late.errors["by_when"]
    stranger = stage.ana.submits(form, by_when=tomorrow(stage), owner=stage.person("zoe").id)
    assert "does not know this person" in stranger.errors["owner"]
    answer = stage.ana.submits(form, owner=stage.jonas.id)
    assert "Jonas Weber is asked whether it moved" in shown(answer.view)
    stage.settle()
    assert "made you its owner" in stage.direct_messages("jonas")[0]
    assert stage.jonas.types("/andon decisions oee") == "Decisions about OEE of line 1: 1"


def test_a_message_becomes_a_decision_that_leads_back_to_it(stage: Stage) -> None:
    said = stage.jonas.person.says("#filling", "We run two shifts & stop Sundays")
    assert stage.jonas.person.uses_shortcut("log_decision", said).ok
    form = stage.jonas.sees_a_form()
    assert "We run two shifts & stop Sundays" in str(form.blocks)
    answer = stage.jonas.submits(form, kpi="oee", change="1.5", by_when=tomorrow(stage))
    assert "*D-1* is logged" in shown(answer.view)
    told = words_of({"blocks": typed(stage.jonas, "/andon decision D-1").blocks})
    assert f"/p{said.ts.replace('.', '')}|the message>" in told


def test_a_conversation_is_said_to_be_one_and_stays_uncounted(stage: Stage) -> None:
    stage.ana.types("/andon decide we should talk to the supplier")
    answer = stage.ana.submits(stage.ana.sees_a_form())
    assert "kept as a conversation and not counted: it lacks a KPI, an expected change and a date" in shown(
        answer.view
    )
    assert stage.ana.types("/andon decisions due") == "No review is due within a week. All is said."
    assert "a conversation, not counted" in words_of({"blocks": typed(stage.ana, "/andon decisions").blocks})
    stage.fast_forward("3d")
    assert not stage.direct_messages("ana")


def test_sending_the_same_decision_twice_is_one_decision(stage: Stage) -> None:
    form = new_form(stage.jonas, stage)
    stage.jonas.submits(form, **complete(stage))
    stage.sandbox.workspace.screens.update(form.id, form.content, form.hash)
    again = stage.jonas.submits(form, **complete(stage))
    assert "*D-1* is logged" in shown(again.view)
    assert stage.jonas.types("/andon decisions mine") == "Your decisions: 1"


def test_the_owner_is_asked_at_nine_of_a_day_that_lost_an_hour_and_answers(set_stage: SetStage) -> None:
    stage = set_stage(at=FRIDAY_BEFORE_SUMMER_TIME)
    stage.ana.submits(
        new_form(stage.ana, stage),
        **complete(stage, by_when=SUNDAY_OF_SUMMER_TIME, owner=stage.jonas.id),
    )
    just_before = datetime(2026, 3, 29, 6, 59, tzinfo=UTC)
    stage.fast_forward(f"{(just_before - stage.clock.now()) // timedelta(minutes=1)}m")
    assert len(stage.direct_messages("jonas")) == 1
    stage.fast_forward("2m")
    question = last_question(stage, "jonas")
    assert "*D-1* is due: “run two shifts”" in words_of(question)

    form = stage.jonas.opens(question, "decision_not_moved")
    answer = stage.jonas.submits(form, said="No fitter for the second shift")
    assert "did not move" in shown(answer.view)
    stage.settle()
    assert "“No fitter for the second shift”" in stage.direct_messages("ana")[-1]
    stage.fast_forward("2d")
    assert len(stage.direct_messages("jonas")) == 2

    stage.jonas.presses(question, "decision_moved")
    assert "was reviewed already" in said_to(stage, "jonas")


def test_one_press_says_that_it_moved(stage: Stage) -> None:
    stage.jonas.submits(new_form(stage.jonas, stage), **complete(stage))
    stage.fast_forward("2d")
    stage.jonas.presses(last_question(stage, "jonas"), "decision_moved")
    assert "Jonas Weber says it moved" in said_to(stage, "jonas")
    assert "✅ *D-1*" in words_of({"blocks": typed(stage.jonas, "/andon d-1").blocks})


def test_an_amendment_is_a_new_entry_that_is_asked_about_instead(stage: Stage) -> None:
    stage.jonas.submits(new_form(stage.jonas, stage), **complete(stage))
    stage.fast_forward("2d")
    form = stage.jonas.opens(last_question(stage, "jonas"), "decision_amend")
    stage.jonas.submits(form, decision="run three shifts", by_when=tomorrow(stage, days=8))
    asked = len(stage.direct_messages("jonas"))
    stage.fast_forward("6d")
    assert len(stage.direct_messages("jonas")) == asked
    stage.fast_forward("3d")
    assert "*D-2* is due: “run three shifts”" in stage.direct_messages("jonas")[asked]
    told = words_of({"blocks": typed(stage.jonas, "/andon decision 1").blocks})
    assert "amended by D-2" in told


def test_nobody_else_may_answer_for_the_owner(stage: Stage) -> None:
    stage.jonas.submits(new_form(stage.jonas, stage), **complete(stage))
    stage.fast_forward("2d")
    stage.maria.types("/andon decision 1")
    stage.maria.presses(last_question(stage, "jonas"), "decision_moved")
    assert decision_log.find(stage.app.database, 1).reviewed is None


def test_no_answer_is_asked_for_again_then_told_to_the_control_room_whatever_restarts(stage: Stage) -> None:
    stage.jonas.submits(new_form(stage.jonas, stage), **complete(stage))
    stage.fast_forward("2d")
    stage.bot_stops()
    stage.clock.advance(timedelta(hours=30))
    stage.bot_starts()
    stage.fast_forward("10d")
    questions = stage.direct_messages("jonas")
    assert len(questions) == 4
    assert "I asked 3× before." in questions[-1]
    (told,) = [text for text in stage.cards_in("control-room") if "D-1" in text]
    assert "is overdue since" in told
    listed = words_of({"blocks": typed(stage.ana, "/andon decisions due").blocks})
    assert "Decisions due within a week" in listed
    assert "due since" in listed


def test_home_lists_what_is_due_and_takes_the_answer(stage: Stage) -> None:
    stage.jonas.submits(new_form(stage.jonas, stage), **complete(stage))
    stage.fast_forward("2d")
    home = opened_home(stage.jonas)
    assert "*Your decisions to review* (1)" in words_of(home)
    stage.jonas.presses(home, "decision_moved")
    eventually(
        lambda: "Jonas Weber says it moved" in words_of(stage.jonas.sees_a_form()),
        within=ANSWER_SECONDS,
        what="Jonas reads what was noted",
    )
    eventually(
        lambda: "decisions to review" not in words_of(opened_home(stage.jonas)),
        within=ANSWER_SECONDS,
        what="Home shows what is left",
    )


def test_home_offers_to_log_a_decision(stage: Stage) -> None:
    stage.jonas.presses(opened_home(stage.jonas), "open_decision_form")
    answer = stage.jonas.submits(stage.jonas.sees_a_form(), decision="run", kpi="oee", **complete(stage))
    assert "*D-1* is logged" in shown(answer.view)


def opened_home(actor: Actor) -> View:
    """The Home tab, drawn at least once."""
    if not actor.person.home:
        actor.person.opens_home()
        eventually(lambda: actor.person.home, within=ANSWER_SECONDS, what="Home is drawn")
    assert actor.person.home_view is not None
    return actor.person.home_view


def new_form(actor: Actor, stage: Stage) -> View:
    """The form, with words and KPI filled in."""
    actor.types("/andon decide oee run two shifts")
    return actor.sees_a_form()


def complete(stage: Stage, **changed: Any) -> dict[str, Any]:
    """What makes it a decision; its owner is whoever logs it."""
    return {"change": "2", "by_when": tomorrow(stage), **changed}


def tomorrow(stage: Stage, days: int = 1) -> str:
    return str(day_of(stage) + timedelta(days=days))


def day_of(stage: Stage) -> date:
    return stage.clock.now().date()


def last_question(stage: Stage, key: str) -> Message:
    """The last thing the bot asked somebody."""
    workspace = stage.sandbox.workspace
    return workspace.messages(workspace.direct_channel(key))[-1]


def said_to(stage: Stage, key: str) -> str:
    """What only they see in their conversation with the bot."""
    channel = stage.sandbox.workspace.direct_channel(key)
    return stage.person(key).is_told("D-1", channel=channel.id)


def typed(actor: Actor, line: str) -> Any:
    return actor.person.types("#filling", line)


def shown(view: View | None) -> str:
    assert view is not None
    return words_of(view)
