"""Text from outside cannot mention anybody, build links or break a card, wherever it comes from."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.values import Message
from tests.scenarios.stage import Stage

SMUGGLED = "<!channel> <!here> <@{victim}> <https://evil.example|click> &amp; *bold* `code`"
DANGEROUS = ("<!channel", "<!here", "<!everyone", "<https://evil.example")


def everything_shown(stage: Stage) -> list[Message]:
    """Every message of every channel, with its thread."""
    workspace = stage.sandbox.workspace
    top = [each for name in ("#filling", "#control-room") for each in workspace.messages(name)]
    return top + [reply for each in top for reply in workspace.thread(each.channel, each.ts)]


def expect_harmless(stage: Stage) -> None:
    """Nothing that Slack takes for markup mentions the victim or holds what was smuggled."""
    dangerous = (*DANGEROUS, f"<@{stage.person('paul').id}")
    shown = everything_shown(stage)
    assert shown
    for message in shown:
        marked_up = [message.text, *mrkdwn_of(message.blocks)]
        assert not [words for words in dangerous for text in marked_up if words in text], marked_up


def mrkdwn_of(node: Any) -> list[str]:
    """The texts in which Slack looks for mentions and links; labels and plain text are none of them."""
    if isinstance(node, list):
        return [text for each in node for text in mrkdwn_of(each)]
    if not isinstance(node, dict):
        return []
    if node.get("type") == "mrkdwn":
        return [str(node["text"])]
    return [text for each in node.values() for text in mrkdwn_of(each)]


@pytest.fixture
def smuggled(stage: Stage) -> str:
    return SMUGGLED.format(victim=stage.person("paul").id)


def test_in_an_events_title(stage: Stage, smuggled: str) -> None:
    stage.machine_down(reason=smuggled)
    stage.maria.presses(stage.card("EX-1"), "acknowledge")
    stage.fast_forward("15m")
    expect_harmless(stage)


def test_in_the_name_of_a_machine(stage: Stage, smuggled: str) -> None:
    stage.machine_down(machine=smuggled)
    expect_harmless(stage)


def test_in_every_form(stage: Stage, smuggled: str) -> None:
    stage.machine_down("filler-1")
    stage.maria.sends(stage.maria.chooses(stage.card("EX-1"), "escalate"), reason=smuggled)
    stage.settle()
    snooze = stage.maria.chooses(stage.card("EX-1"), "snooze")
    stage.maria.sends(snooze, **{"for": "15m", "reason": smuggled})
    stage.settle()
    stage.maria.sends(stage.maria.opens(stage.card("EX-1"), "contain"), action=smuggled)
    stage.settle()
    form = stage.maria.opens(stage.card("EX-1"), "resolve")
    stage.maria.sends(form, answer__root_cause=smuggled, answer__countermeasure=smuggled, note=smuggled)
    stage.machine_down("filler-2")
    stage.maria.sends(stage.maria.chooses(stage.card("EX-2"), "cancel"), reason=smuggled)
    stage.settle()
    expect_harmless(stage)


def test_in_a_call_that_somebody_types(stage: Stage, smuggled: str) -> None:
    stage.maria.types(f"/andon raise maintenance filler-1 {smuggled}")
    stage.settle()
    expect_harmless(stage)


def test_in_a_message_that_becomes_a_call(stage: Stage, smuggled: str) -> None:
    said = stage.jonas.person.says("#filling", smuggled)
    stage.jonas.person.uses_shortcut("raise_exception", said)
    form = stage.jonas.sees_a_form()
    stage.jonas.submits(form, call_type="maintenance", where="filler-1")
    stage.settle()
    posted_by_the_bot = [stage.card("EX-1"), *stage.notes("EX-1")]
    assert not [text for each in posted_by_the_bot for text in mrkdwn_of(each.blocks) if "<!channel" in text]


def test_in_the_answer_to_a_command(stage: Stage, smuggled: str) -> None:
    answer = stage.maria.types(f"/andon list {smuggled}")
    assert "No area is called" in answer
    assert "<!channel>" not in answer
