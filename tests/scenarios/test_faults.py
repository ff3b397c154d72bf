"""Slack misbehaves in every way the sandbox knows; each note still is shown exactly once and in order."""

from __future__ import annotations

import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.payloads import event_callback
from bot.sandbox.values import Message
from bot.services import inbox
from bot.settings import SlackMode
from tests.deadlines import eventually
from tests.scenarios.actors import words_of
from tests.scenarios.conftest import SetStage
from tests.scenarios.stage import Stage

LIFE = ("new exception", "Tier 2", "Jonas Weber acknowledged", "contained it", "resolved it")
"""How the notes of the story below begin, in order."""


def live_through_it(stage: Stage) -> None:
    """EX-1 from the first page to the end."""
    stage.event("machine.state", "filler-1", state="DOWN", reason="jam")
    stage.settle()
    stage.fast_forward("5m")
    stage.jonas.presses(stage.card("EX-1"), "acknowledge")
    stage.settle()
    # Which of two copies of a form is saved is open; the other one is told that it is done already.
    stage.jonas.submits(stage.jonas.opens(stage.card("EX-1"), "contain"), action="By hand")
    stage.settle()
    stage.jonas.closes_all()
    form = stage.jonas.opens(stage.card("EX-1"), "resolve")
    stage.jonas.submits(form, answer__root_cause="Wear", answer__countermeasure="New part")
    stage.settle()


def expect_each_note_once_and_in_order(stage: Stage) -> None:
    thread = stage.thread("EX-1")
    assert len(thread) == len(LIFE), thread
    assert all(words in said for words, said in zip(LIFE, thread, strict=True)), thread
    (card,) = stage.cards_in("#filling")
    assert "*Resolved*" in card


@pytest.mark.parametrize(
    "fault",
    [
        Fault("429", "chat.*", every=3, seconds=7),
        Fault("500", "chat.*", every=2),
        Fault("reset", "chat.*", every=2),
        Fault("response_lost", "chat.*", every=2),
        Fault("slow", "chat.*", every=3, seconds=0.2),
    ],
    ids=lambda fault: fault.kind,
)
def test_a_thread_is_told_exactly_once_and_in_order_although_calls_fail(stage: Stage, fault: Fault) -> None:
    stage.sandbox.faults.add(fault)
    live_through_it(stage)
    stage.sandbox.faults.clear()
    expect_each_note_once_and_in_order(stage)


def test_a_pause_that_slack_asks_for_is_kept(stage: Stage) -> None:
    stage.machine_down()
    stage.sandbox.faults.add(Fault("429", "chat.postMessage", next=1, seconds=30))
    stage.fast_forward("5m")
    calls = [call for call in stage.sandbox.calls if call.method == "chat.postMessage"]
    (refused,) = [index for index, call in enumerate(calls) if call.error == "ratelimited"]
    assert (calls[refused + 1].at - calls[refused].at).total_seconds() >= 30
    stage.expect_reply("EX-1", "Tier 2")


@pytest.mark.parametrize(
    "fault", [Fault("duplicate_delivery"), Fault("reordered_delivery", every=3)], ids=lambda fault: fault.kind
)
def test_presses_that_arrive_twice_or_out_of_order_happen_once(stage: Stage, fault: Fault) -> None:
    stage.sandbox.faults.add(fault)
    live_through_it(stage)
    expect_each_note_once_and_in_order(stage)


def test_a_dropped_socket_comes_back_and_presses_work_again(set_stage: SetStage) -> None:
    stage = set_stage(mode=SlackMode.SOCKET)
    card = stage.machine_down()
    stage.sandbox.faults.add(Fault("socket_dropped", "interactive/*", next=1))
    assert not stage.jonas.person.presses(card, "acknowledge").ok
    expect_reconnected(stage)
    stage.jonas.presses(card, "acknowledge")
    stage.settle()
    stage.expect_reply("EX-1", "Jonas Weber acknowledged")


def test_when_slack_asks_to_reconnect_presses_work_on(set_stage: SetStage) -> None:
    stage = set_stage(mode=SlackMode.SOCKET)
    card = stage.machine_down()
    stage.sandbox.refresh_sockets()
    expect_reconnected(stage)
    stage.jonas.presses(card, "acknowledge")


def expect_reconnected(stage: Stage) -> None:
    """Exactly one connection is open, and it is the one that the bot reads."""
    connection = stage.app.connection
    assert connection is not None
    eventually(
        lambda: connection.is_alive() and stage.sandbox.connections == 1,
        within=60,
        what="the socket is back",
    )


def test_an_event_that_slack_delivers_twice_is_answered_once(stage: Stage) -> None:
    stage.sandbox.faults.add(Fault("duplicate_delivery", "events_api/*"))
    stage.maria.person.says("#filling", "@andon hello")
    stage.maria.is_told("/andon raise")
    stage.maria.types("/andon whoami")
    answers = [each for each in stage.maria.person.ephemerals("#filling") if "/andon raise" in each.text]
    assert len(answers) == 1


def test_a_card_that_somebody_deletes_is_posted_again_and_its_log_goes_on(stage: Stage) -> None:
    card = stage.machine_down()
    delete(stage, card)
    stage.fast_forward("5m")
    (shown,) = stage.cards_in("#filling")
    assert "filler-1 down" in shown
    under_the_old_one = stage.sandbox.workspace.thread("#filling", card.ts)
    assert sum(note.mentions(stage.jonas.id) for note in [*under_the_old_one, *stage.notes("EX-1")]) == 1

    stage.jonas.presses(stage.card("EX-1"), "acknowledge")
    stage.settle()
    stage.expect_reply("EX-1", "Jonas Weber acknowledged")
    assert "*Acknowledged*" in words_of(stage.card("EX-1"))


def delete(stage: Stage, message: Message) -> None:
    """An admin removes a message in Slack."""
    stage.app.clients.idempotent.chat_delete(channel=message.channel, ts=message.ts)


def test_what_a_bot_died_over_is_answered_once_it_is_back(stage: Stage) -> None:
    place = {"channel": stage.sandbox.workspace.channel("#filling").id, "user": stage.maria.person.id}
    body = event_callback(stage.sandbox.workspace, {"type": "app_mention", "text": "hello", **place})
    inbox.first_time(stage.app.database, body["event_id"], body, stage.clock.now() - inbox.HELD_FOR)
    stage.bot_stops()
    stage.bot_starts()
    stage.maria.is_told("/andon raise")


def test_the_first_press_counts_although_slack_does_not_say_who_we_are(stage: Stage) -> None:
    card = stage.machine_down()
    stage.sandbox.faults.add(Fault("500", "auth.test"))
    stage.jonas.presses(card, "acknowledge")
    stage.settle()
    assert "Jonas Weber acknowledged" in stage.thread("EX-1")[-1]
