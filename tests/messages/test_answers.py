"""Answers to presses that had no effect: words, never silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.messages.answers import done, not_understood, refusal
from bot.messages.press_values import GarbledPressError, Press
from rules import lifecycle
from rules.commands import CommandError
from rules.exception_threads import Change, ExceptionThread, Fact, FactKind
from rules.lifecycle import LifecycleError
from tests.messages.cast import CREW, at, opened, readable

TAKEN = lifecycle.acknowledge(opened(), by="maria", seen=1, now=at(3))


def test_a_late_acknowledge_is_told_who_was_first() -> None:
    error = _refused(lambda: lifecycle.acknowledge(TAKEN.thread, by="ana", seen=1, now=at(4)))
    assert _words(error, seen=1) == "EX-12: Maria Lopez acknowledged it at 12:03; nothing was changed."


def test_a_typed_acknowledge_is_told_the_same() -> None:
    error = _refused(lambda: lifecycle.acknowledge(TAKEN.thread, by="ana", seen=None, now=at(4)))
    assert _words(error, seen=None) == "EX-12: Maria Lopez acknowledged it at 12:03; nothing was changed."


def test_a_repeat_is_harmless() -> None:
    error = _refused(lambda: lifecycle.acknowledge(TAKEN.thread, by="maria", seen=2, now=at(4)))
    assert _words(error, seen=2) == "EX-12 is already yours."


def test_whoever_contains_second_learns_who_was_first() -> None:
    held = lifecycle.contain(TAKEN.thread, by="maria", seen=2, action="bypass", now=at(5))
    error = _refused(lambda: lifecycle.contain(held.thread, by="ana", seen=2, action="x", now=at(6)))
    words = refusal(error, seen=2, history=(*TAKEN.facts, *held.facts), people=CREW)
    assert readable(words) == "EX-12 is already contained: Maria Lopez contained it at 12:05: “bypass”."


def test_a_stale_press_is_told_what_changed_and_not_what_merely_happened_since() -> None:
    error = _refused(lambda: lifecycle.contain(TAKEN.thread, by="ana", seen=1, action="x", now=at(6)))
    later = Fact(FactKind.ESCALATED, at(5), None, {"tier": 1})
    words = refusal(error, seen=1, history=(*TAKEN.facts, later), people=CREW)
    assert readable(words) == "EX-12: Maria Lopez acknowledged it at 12:03; nothing was changed."


def test_the_answer_comes_even_when_the_history_cannot_be_read() -> None:
    error = _refused(lambda: lifecycle.contain(TAKEN.thread, by="ana", seen=1, action="x", now=at(6)))
    words = refusal(error, seen=1, history=(), people=CREW)
    assert words == "EX-12 has changed since you opened it; nothing was saved."


def test_an_incomplete_resolution_names_what_is_missing() -> None:
    error = _refused(
        lambda: lifecycle.resolve(TAKEN.thread, by="maria", seen=2, answers={"root_cause": "belt"}, now=at(6))
    )
    assert _words(error, seen=2) == "EX-12 is done only with: Countermeasure."


def test_what_a_state_does_not_explain_is_said_as_it_is() -> None:
    error = _refused(
        lambda: lifecycle.snooze(TAKEN.thread, by="ana", seen=2, until=at(1), reason="x", now=at(6))
    )
    assert _words(error, seen=2) == "Snooze until a time within the next 14 days."


def test_nonsense_gets_the_nearest_command() -> None:
    message = not_understood(CommandError("I do not know “lsit <!here>”.", "list"))
    assert message.text == (
        "I do not know “lsit &lt;!here&gt;”. Try `/andon list`. `/andon help` shows everything."
    )


def test_a_typed_command_is_answered_in_a_word() -> None:
    assert done(TAKEN.thread, CREW) == "👤 EX-12 is with Maria Lopez."


def test_whoever_hands_an_exception_on_is_told_who_has_it_now() -> None:
    handed_on = lifecycle.reassign(opened(), by="maria", seen=1, to="ana", now=at(3)).thread
    assert done(handed_on, CREW) == f"👤 EX-12 is open; {CREW.name('ana')} owns it."
    asleep = lifecycle.snooze(handed_on, by="ana", seen=2, until=at(30), reason="x", now=at(4)).thread
    assert readable(done(asleep, CREW)).endswith(f"12:30; {CREW.name('ana')} owns it.")


def test_a_press_reads_what_a_card_writes() -> None:
    assert Press.parse(str(Press.on(opened()))) == Press(12, 1)


@pytest.mark.parametrize(
    "value", [None, "", "12", "12:", ":3", "12:3:4", " 12:3", "12:3\n", "0:1", "-1:1", "١٢:٣", 12]
)
def test_a_garbled_press_is_refused_in_words(value: object) -> None:
    with pytest.raises(GarbledPressError, match="nothing was changed"):
        Press.parse(value)


def _words(error: LifecycleError, *, seen: int | None) -> str:
    return readable(refusal(error, seen=seen, history=TAKEN.facts, people=CREW))


def _refused(press: Callable[[], Change | ExceptionThread]) -> LifecycleError:
    with pytest.raises(LifecycleError) as refused:
        press()
    return refused.value
