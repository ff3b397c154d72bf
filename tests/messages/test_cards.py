"""Cards: what a tired shift lead reads on a phone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.messages.blocks import Block
from bot.messages.cards import card
from rules import escalation, lifecycle, occurrences
from rules.control_plan import Severity
from rules.exception_threads import ExceptionThread, State
from tests.messages.cast import CREW, NOON, at, card_lines, opened
from tests.messages.slack_limits import assert_message_is_accepted, mentions

MENU = "Reassign… Snooze… Escalate now… Merge… Cancel…"


def test_a_new_card_says_what_where_whose_by_when_and_who_is_next() -> None:
    assert card_lines(opened(), next_names="Ana Silva, #plant-escalations") == [
        "🟠 *Filler 2 down: jam at infeed*  EX-12",
        "Filler 2 · Line 2 · *Open* today 12:00 · Maria Lopez",
        "⏱ Acknowledge by 12:05, then Ana Silva, #plant-escalations",
        "High, tier 1 of 3 · KPI Oee line 2",
        f"[Acknowledge] [Contain…] [Resolve…] [{MENU}]",
    ]


def test_an_acknowledged_card_offers_no_acknowledging() -> None:
    taken = lifecycle.acknowledge(opened(), by="ana", seen=1, now=at(3)).thread
    assert card_lines(taken)[1:] == [
        "Filler 2 · Line 2 · *Acknowledged* today 12:03 · Ana Silva",
        "⏱ Contain by 12:18",
        "High, tier 1 of 3 · opened today 12:00 · KPI Oee line 2",
        f"[Contain…] [Resolve…] [Decide…] [{MENU}]",
    ]


def test_a_contained_card_offers_resolving_and_deciding() -> None:
    held = lifecycle.contain(opened(), by="ana", seen=1, action="bypass", now=at(3)).thread
    assert card_lines(held)[-1] == f"[Resolve…] [Decide…] [{MENU}]"


def test_at_the_last_tier_there_is_nobody_left_to_escalate_to() -> None:
    thread = opened(tier=2)
    assert card_lines(thread)[-1] == (
        "[Acknowledge] [Contain…] [Resolve…] [Reassign… Snooze… Merge… Cancel…]"
    )


def test_a_call_for_help_says_what_kind_of_help() -> None:
    thread = opened()
    called = replace(thread, rule=thread.rule.model_copy(update={"key": "call:maintenance"}))
    assert card_lines(called)[3] == "High, tier 1 of 3 · Maintenance call · KPI Oee line 2"


def test_what_came_back_says_how_often_and_that_it_did_not_hold() -> None:
    answers = {"root_cause": "belt", "countermeasure": "new belt"}
    resolved = lifecycle.resolve(opened(), by="ana", seen=1, answers=answers, now=at(30)).thread
    again = occurrences.occurred(resolved, at(50), at(50)).thread
    assert card_lines(again, at(50))[3] == (
        "High, tier 1 of 3 · opened today 12:00 · happened 2 times · reopened once · KPI Oee line 2"
    )


def test_a_cleared_signal_is_shown_without_closing_anything() -> None:
    quiet = occurrences.cleared(opened(), at(4), at(4)).thread
    assert "cleared today 12:04" in card_lines(quiet)[3]
    assert card_lines(quiet)[-1].startswith("[Acknowledge]")


def test_a_snoozed_card_says_until_when_and_why() -> None:
    asleep = lifecycle.snooze(
        opened(), by="ana", seen=1, until=at(63), reason="waiting for the fitter", now=at(3)
    ).thread
    assert card_lines(asleep)[1:3] == [
        "Filler 2 · Line 2 · *Open, snoozed* today 12:00 · Maria Lopez",
        "💤 Until 13:03: “waiting for the fitter”",
    ]


def test_an_overdue_clock_says_so() -> None:
    assert card_lines(opened(), now=at(7))[2] == "⏱ Acknowledge: overdue since 12:05"


def test_when_every_clock_ran_out_the_card_admits_that_nobody_is_told_next() -> None:
    thread = opened(tier=2)
    for minute in (10, 40, 70, 100):
        thread = escalation.ring(thread, at(minute)).thread
    assert card_lines(thread, at(101))[2] == "⏱ No clock is running: nobody is told next."


def test_a_resolved_card_waits_for_verification_without_buttons() -> None:
    answers = {"root_cause": "belt", "countermeasure": "new belt"}
    resolved = lifecycle.resolve(opened(), by="ana", seen=1, answers=answers, now=at(30)).thread
    assert card_lines(resolved, at(30)) == [
        "☑️ *Filler 2 down: jam at infeed*  EX-12",
        "Filler 2 · Line 2 · *Resolved* today 12:30 · Ana Silva",
        "⏱ Verified Mar 3 12:30 if it holds",
    ]


@pytest.mark.parametrize(
    ("state", "sign", "words"),
    [
        (State.VERIFIED, "✅", "Verified"),
        (State.CANCELLED, "🚫", "Cancelled"),
        (State.MERGED, "↪️", "Merged into EX-9"),
    ],
)
def test_a_closed_card_is_two_lines(state: State, sign: str, words: str) -> None:
    closed = replace(opened(), state=state, clocks=(), merged_into=9)
    assert card_lines(closed) == [
        f"{sign} *Filler 2 down: jam at infeed*  EX-12",
        f"Filler 2 · Line 2 · *{words}* today 12:00 · Maria Lopez",
    ]


def test_a_shadow_card_begins_with_a_banner() -> None:
    assert card_lines(opened(shadow=True))[0] == "👻 *Shadow*: recorded and shown, nobody is paged"


def test_a_card_mentions_nobody_because_the_thread_does() -> None:
    message = card(opened(), CREW, now=NOON, next_names="Ana Silva")
    assert mentions(message.blocks) == []
    assert mentions(message.text) == []


def test_a_card_that_nothing_happened_to_is_drawn_the_same_later() -> None:
    thread = opened()
    assert card(thread, CREW, now=NOON, next_names="") == card(thread, CREW, now=at(4), next_names="")


def test_every_button_carries_the_thread_and_the_revision_that_was_seen() -> None:
    taken = lifecycle.acknowledge(opened(), by="ana", seen=1, now=at(3)).thread
    values = [element.get("value") for element in _buttons(taken)]
    assert values == ["12:2", "12:2", "12:2", None]
    options = _buttons(taken)[-1]["options"]
    assert [option["value"] for option in options] == [
        "reassign:12:2",
        "snooze:12:2",
        "escalate:12:2",
        "merge:12:2",
        "cancel:12:2",
    ]


def test_only_acknowledging_is_a_primary_button() -> None:
    primary = [element["action_id"] for element in _buttons(opened()) if element.get("style") == "primary"]
    assert primary == ["acknowledge"]


@pytest.mark.parametrize("severity", Severity)
def test_every_severity_has_a_sign_of_its_own(severity: Severity) -> None:
    message = card(opened(severity=severity), CREW, now=NOON, next_names="")
    assert message.text[0] in "🔴🟠🟡🔵"
    assert_message_is_accepted(message.text, message.blocks)


def _buttons(thread: ExceptionThread) -> list[Block]:
    blocks = card(thread, CREW, now=NOON, next_names="").blocks
    return [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
