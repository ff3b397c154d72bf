"""Suppressions, read aloud: the answer, what a channel is told, the list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from bot.messages import suppressions
from bot.messages.blocks import Message
from bot.messages.note_lines import LINES, Telling
from rules.exception_threads import Fact, FactKind
from rules.suppressions import Matcher, Suppression, ended
from tests.cast import new_thread
from tests.messages.cast import CREW, NOON, at, lines
from tests.messages.slack_limits import assert_message_is_accepted, assert_nobody_is_smuggled_in, mentions

LUBRICATION = Suppression(
    3, Matcher(places=("line-2",)), NOON, at(240), "planned <lubrication>", "maria", at(-10)
)


@dataclass(frozen=True, slots=True)
class Held:
    title: str = "Filler 2 down"
    since: datetime | None = NOON
    times: int = 1
    stands: bool = True


def read(message: Message) -> str:
    assert_message_is_accepted(message.text, message.blocks)
    assert_nobody_is_smuggled_in(message.blocks)
    assert mentions(message.blocks) == []
    return "\n".join(lines(message))


def told(*held: Held, of: Suppression = LUBRICATION, late: bool = False) -> str:
    return read(suppressions.over(of, held, CREW, late=late))


def test_whoever_makes_one_is_told_what_it_does_and_what_it_does_not() -> None:
    now = read(suppressions.made(LUBRICATION, CREW, NOON))
    assert "*SU-3*: Line 2 is silent from now until" in now
    assert "Exceptions that are open already are not touched" in now
    assert "Calls for help always come through" in now
    assert "from now" not in read(suppressions.made(replace(LUBRICATION, begins=at(60)), CREW, NOON))


def test_a_channel_hears_who_did_it_and_why_and_nobody_is_notified() -> None:
    begun = read(suppressions.begun(LUBRICATION, CREW, NOON))
    assert "Line 2 is silent until" in begun
    assert "“planned &lt;lubrication&gt;”" in begun


def test_at_the_end_it_is_said_what_was_held_back_and_what_stands() -> None:
    assert "It held nothing back." in told()
    assert "one signal, twice" not in told(Held(times=2))
    assert "It held back one signal, 2 times; one still stands and opens now:" in told(Held(times=2))
    assert "• Filler 2 down, since" in told(Held())
    assert "2 signals, 5 times; all of it has cleared" in told(
        Held(times=4, stands=False), Held(stands=False)
    )
    assert "late: it was over at" in told(late=True)
    assert "ended early by" in told(of=ended(LUBRICATION, by="ana", now=at(5)))


def test_many_that_stand_are_not_all_listed() -> None:
    many = told(*[Held(title=f"Machine {number}", since=None) for number in range(30)])
    assert "30 signals, 30 times; 30 still stand and open now:" in many
    assert "… and 22 more" in many


def test_home_shows_what_is_silent_now_and_at_most_five() -> None:
    (block,) = suppressions.on_home([LUBRICATION] * 7, CREW)
    shown = read(Message("Home", [block])).splitlines()
    assert shown[0] == "🔧 *Silent for maintenance*"
    assert shown[1].startswith("• SU-3 Line 2 · until ")
    assert shown[6:] == ["… and 2 more: `/andon suppressions`"]
    assert suppressions.on_home([], CREW) == []


@pytest.mark.parametrize("count", [0, 1, 20, 60])
def test_the_list_stays_within_slacks_limits(count: int) -> None:
    wordy = replace(LUBRICATION, reason="x" * 600, matcher=Matcher(places=("line-2",) * 90))
    found = [replace(wordy, id=number + 1) for number in range(count)]
    shown = read(suppressions.suppressions_list(found, held={1: 7}, names=CREW, now=NOON))
    assert ("held back 7 times" in shown) == (count > 0)
    assert ("… and 40 more" in shown) == (count == 60)


def test_one_that_is_over_has_no_button() -> None:
    coming, over = replace(LUBRICATION, begins=at(60)), ended(LUBRICATION, by="ana", now=at(5))
    message = suppressions.suppressions_list([coming, LUBRICATION, over], held={}, names=CREW, now=at(10))
    assert ["accessory" in block for block in message.blocks] == [False, True, True, False]
    button = message.blocks[1]["accessory"]
    assert (button["action_id"], button["value"]) == ("suppression_end", "3")
    assert button["confirm"]["title"]["text"] == "End SU-3 now?"
    assert "ended early by" in read(message)


def test_the_first_fact_says_since_when_it_stood() -> None:
    detail = {"held_back": {"by": "SU-3", "reason": "a <!channel>", "since": NOON.isoformat()}}
    thread, fact = new_thread(), Fact(FactKind.OPENED, at(240), None, detail)
    line = LINES[FactKind.OPENED](Telling(fact, thread, CREW, (), (), at(240)))
    assert "It has stood since <!date^" in line
    assert "held back by SU-3: “a &lt;!channel&gt;”." in line
