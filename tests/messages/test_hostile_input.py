"""Whatever a source, a person or a plan may write: Slack accepts it, and it mentions nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.blocks import Message
from bot.messages.cards import card
from bot.messages.forms import FORMS
from bot.messages.forms.parts import Sheet, notice
from bot.messages.home import home
from bot.messages.lists import Line, in_full, listing
from bot.messages.notes import catch_up, note, undeliverable
from rules import escalation, lifecycle, occurrences
from rules.exception_threads import Change, ExceptionThread
from tests.messages.cast import CREW, NOON, at, opened
from tests.messages.slack_limits import (
    assert_message_is_accepted,
    assert_nobody_is_smuggled_in,
    assert_view_is_accepted,
)

HOSTILE = [
    "<!channel> <!here> <!everyone>",
    "<@U0ANA> <#C012345|general> <https://evil.example|click>",
    "*bold* _it_ ~no~ `code` ```fence```",
    "line one\nline two\r\n\t> quote",
    "a" * 5_000,
    "&<>" * 2_000,
    "👩‍👩‍👧‍👦" * 1_000,
    "\u202eright to left\u202c \x00\x07\x1b[31m \ud800",
    "{{ 7 * 7 }} {event} %s {0}",
    "@channel @here #general",
    " ",
]

anything = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=300))


@pytest.mark.parametrize("words", HOSTILE)
def test_a_card_survives(words: str) -> None:
    for thread in _life(words):
        _check(card(thread, CREW, now=at(5), next_names="", kpi=words))


@pytest.mark.parametrize("words", HOSTILE)
def test_every_note_survives(words: str) -> None:
    for change in changes(words):
        for fact in change.facts:
            told = note(fact, change.thread, people=CREW, told=(), channels=(words,), now=NOON)
            if told is not None:
                _check(told)
    _check(catch_up([(change.thread, change.facts[0]) for change in changes(words) if change.facts], CREW))
    _check(undeliverable(words or "EX-1", words, words))


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("kind", FORMS)
def test_every_form_survives(kind: str, words: str) -> None:
    thread = opened(title=words, place=words)
    typed = dict.fromkeys(["action", "reason", "note", "answer.root_cause"], words)
    sheet = Sheet(thread, "01ARZ3NDEKTSV4RRFFQ69G5FAV", typed, others=(opened(id=9, title=words),))
    view = FORMS[kind](sheet)
    assert_view_is_accepted(view)
    assert_nobody_is_smuggled_in(view)


@given(anything)
def test_lists_and_home_survive(words: str) -> None:
    rows = [Line(opened(id=number, title=words, place=words)) for number in range(1, 21)]
    _check(listing(rows, total=300, title="Open", empty="None", people=CREW, now=NOON))
    view = home(rows, total=300, people=CREW, now=NOON)
    assert_view_is_accepted(view)
    assert_nobody_is_smuggled_in(view)


@given(anything)
def test_the_whole_story_of_a_case_survives(words: str) -> None:
    told = changes(words)
    history = [fact for change in told for fact in change.facts] * 5
    shown = card(told[0].thread, CREW, now=NOON, next_names="")
    message = in_full(shown, Line(told[0].thread), history, CREW)
    _check(message)
    assert_view_is_accepted(notice("EX-12", message.blocks))


def _check(message: Message) -> None:
    assert_message_is_accepted(message.text, message.blocks)
    assert_nobody_is_smuggled_in(message.blocks)
    assert_nobody_is_smuggled_in(message.text)


def _life(words: str) -> list[ExceptionThread]:
    return [change.thread for change in changes(words)]


def changes(words: str) -> list[Change]:
    """A case in which everything that anybody can write is the same hostile text."""
    thread = opened(title=words, place=words)
    other = opened(id=9, title=words)
    answers = dict.fromkeys(("root_cause", "countermeasure"), words.strip() or "-")
    return [
        occurrences.opened(thread, NOON),
        lifecycle.contain(thread, by="ana", seen=1, action=words, now=NOON),
        lifecycle.resolve(thread, by="ana", seen=1, answers=answers, now=NOON),
        lifecycle.snooze(thread, by="ana", seen=1, until=at(9), reason=words, now=NOON),
        lifecycle.cancel(thread, by="ana", seen=1, reason=words, now=NOON),
        lifecycle.reassign(thread, by="ana", seen=1, to=words or "x", now=NOON),
        lifecycle.absorb(other, thread, by="ana", now=NOON),
        escalation.escalate_now(thread, by="ana", seen=1, reason=words, now=NOON),
        escalation.ring(thread, at(5)),
    ]
