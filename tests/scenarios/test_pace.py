"""Slack's pace is kept, and nothing is lost or doubled under load."""

from __future__ import annotations

from collections import Counter

from bot.sandbox.faults import Fault
from bot.sandbox.values import Message
from tests.scenarios.actors import words_of
from tests.scenarios.conftest import PLAN_TEXT, SetStage
from tests.scenarios.stage import Stage
from tests.scenarios.test_faults import LIFE, live_through_it

POSTS = 300
LOOKING = ("conversations.history", "conversations.replies")


def test_twelve_cards_at_once_in_one_channel_never_exceed_slacks_pace(stage: Stage) -> None:
    stage.events("machine.state", [f"filler-1/motor-{number}" for number in range(12)], state="DOWN")
    stage.settle()
    for number in range(1, 13):
        stage.jonas.presses(stage.card(f"EX-{number}"), "acknowledge")
    stage.settle()
    assert len(stage.cards_in("#filling")) == 12
    assert all("*Acknowledged*" in said for said in stage.cards_in("#filling"))
    assert [call for call in stage.sandbox.calls if call.error == "ratelimited"] == []


def test_three_hundred_posts_are_each_shown_once_although_each_tenth_answer_is_lost(
    set_stage: SetStage,
) -> None:
    stage = set_stage(plan=halls_of_five())
    stage.sandbox.faults.add(Fault("response_lost", "chat.postMessage", every=10))
    machines = [f"hall-{hall}/motor-{number}" for number in range(30) for hall in range(5)]
    stage.events("machine.state", machines, state="DOWN")
    stage.settle(within=90)

    shown = [message for hall in range(5) for message in everything_in(stage, f"#hall-{hall}")]
    assert len(shown) == POSTS
    titles = Counter(line for message in shown for line in words_of(message).splitlines() if " down" in line)
    assert len(titles) == len(machines)
    assert set(titles.values()) == {1}
    looked_up = [call for call in stage.sandbox.calls if call.method in LOOKING]
    assert len(looked_up) >= POSTS // 10


def halls_of_five() -> str:
    """The plan with five more areas: more channels take more posts in the same time."""
    halls = "".join(f'  - {{key: hall-{n}, name: Hall {n}, channel: "#hall-{n}"}}\n' for n in range(5))
    everywhere = PLAN_TEXT.replace("[filling, packing]", '["*"]').replace("[filling]", '["*"]')
    return everywhere.replace("\npeople:", f"{halls}\npeople:")


def everything_in(stage: Stage, channel: str) -> list[Message]:
    """The cards of a channel and the notes under them."""
    workspace = stage.sandbox.workspace
    cards = workspace.messages(channel)
    return cards + [note for card in cards for note in workspace.thread(channel, card.ts)]


def test_a_life_costs_no_call_more_than_it_has_things_to_say(stage: Stage) -> None:
    begun = len(stage.sandbox.calls)
    live_through_it(stage)
    calls = Counter(call.method for call in stage.sandbox.calls[begun:] if call.method.startswith("chat."))
    # Each message once, and each card once more for the tier that it climbed and for each of three presses.
    least = {"chat.postMessage": 1 + len(LIFE), "chat.update": 4}
    assert calls <= Counter(least), calls
