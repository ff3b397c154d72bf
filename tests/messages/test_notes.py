"""Notes: the thread of an exception, read aloud."""

from __future__ import annotations

from dataclasses import replace

from bot.messages.notes import catch_up, note, undeliverable
from rules import escalation, lifecycle, occurrences
from rules.exception_threads import Fact, FactKind
from tests.messages.cast import CREW, NEW, NOON, at, opened, readable, told
from tests.messages.slack_limits import assert_message_is_accepted, mentions

ANSWERS = {"root_cause": "worn belt", "countermeasure": "belt on the maintenance plan"}


def test_opening_pages_the_owner() -> None:
    assert told(occurrences.opened(NEW, NOON), NOON, "maria") == (
        "🟠 <@U0MARIA>: new exception. Acknowledge by 12:05 or it goes to the shift lead."
    )


def test_a_call_for_help_says_who_calls() -> None:
    change = occurrences.opened(NEW, NOON)
    called = replace(change, facts=(Fact(FactKind.OPENED, NOON, "bo", {"text": "it smells burnt"}),))
    assert told(called, NOON, "maria").startswith("🟠 <@U0MARIA>: Bo Lind asks for help: “it smells burnt”.")


def test_an_escalation_says_what_did_not_happen_and_what_is_asked() -> None:
    assert told(escalation.ring(opened(), at(5)), at(5), "ana") == (
        "⬆️ *Tier 2* · <@U0ANA>: nobody acknowledged within 5 min. "
        "Acknowledge by 12:15 or it goes to the manager and #plant-escalations."
    )


def test_the_last_tier_has_nobody_to_hand_on_to() -> None:
    change = escalation.ring(opened(tier=1), at(10))
    assert told(change, at(10), "bo", channels=("#plant-escalations",)) == (
        "⬆️ *Tier 3* · <@U0BO>, #plant-escalations: nobody acknowledged within 10 min. Acknowledge by 12:20."
    )


def test_a_tier_that_reaches_nobody_is_said_aloud() -> None:
    assert "reaches nobody" in told(escalation.ring(opened(), at(5)), at(5))


def test_escalating_by_hand_says_who_and_why() -> None:
    change = escalation.escalate_now(opened(), by="bo", seen=1, reason="customer waits", now=at(2))
    assert told(change, at(2), "ana").startswith(
        "⬆️ *Tier 2* · <@U0ANA>: Bo Lind escalates this now: “customer waits”. Acknowledge by 12:12"
    )


def test_reminders_are_counted() -> None:
    change = escalation.ring(opened(tier=2), at(10))
    assert told(change, at(10), "bo") == (
        "🔔 *Reminder 1 of 2* · <@U0BO>: nobody acknowledged yet. Acknowledge by 12:40."
    )


def test_the_end_of_all_reminders_is_admitted() -> None:
    thread = opened(tier=2)
    for minute in (10, 40):
        thread = escalation.ring(thread, at(minute)).thread
    assert told(escalation.ring(thread, at(70)), at(70), channels=("#plant",)) == (
        "⛔ Nobody acknowledged, and nobody is left to tell. This is now shown in #plant. "
        "No clock runs any more: whoever reads this, please take it."
    )


def test_acknowledging_says_how_long_it_took_and_what_is_next() -> None:
    change = lifecycle.acknowledge(opened(), by="ana", seen=1, now=at(3))
    assert told(change, at(3)) == (
        "👤 Ana Silva acknowledged after 3 min. Contain by 12:18 or it goes to the shift lead."
    )


def test_containing_quotes_what_was_done() -> None:
    change = lifecycle.contain(opened(), by="ana", seen=1, action="switched to filler 1", now=at(9))
    assert told(change, at(9)).startswith(
        "🛡️ Ana Silva contained it: “switched to filler 1”. Resolve by 16:09"
    )


def test_resolving_records_every_answer() -> None:
    change = lifecycle.resolve(opened(), by="ana", seen=1, answers=ANSWERS, now=at(30))
    assert told(change, at(30)) == (
        "☑️ Ana Silva resolved it · Root cause: “worn belt” · "
        "Countermeasure: “belt on the maintenance plan”. Verified Mar 3 12:30 if it holds."
    )


def test_a_recurrence_pages_the_owner_again() -> None:
    resolved = lifecycle.resolve(opened(), by="ana", seen=1, answers=ANSWERS, now=at(30)).thread
    assert told(occurrences.occurred(resolved, at(50), at(50)), at(50), "ana") == (
        "🔁 <@U0ANA>: reopened: it happened again after it was resolved. "
        "Acknowledge by 12:55 or it goes to the shift lead."
    )


def test_holding_closes_it() -> None:
    resolved = lifecycle.resolve(opened(), by="ana", seen=1, answers=ANSWERS, now=at(30)).thread
    assert told(escalation.ring(resolved, at(30 + 24 * 60)), at(30)) == "✅ It held: verified and closed."


def test_clearing_does_not_let_anybody_off() -> None:
    assert told(occurrences.cleared(opened(), at(4), at(4)), at(4)) == (
        "🟢 The signal cleared. Still open: resolve it when it is done."
    )


def test_snoozing_and_waking() -> None:
    change = lifecycle.snooze(opened(), by="ana", seen=1, until=at(63), reason="no fitter", now=at(3))
    assert told(change, at(3)) == (
        "💤 Ana Silva snoozed it until today 13:03: “no fitter”. Its clocks stand still."
    )
    assert told(escalation.ring(change.thread, at(63)), at(63), "maria") == (
        "⏰ <@U0MARIA>: the snooze is over and the clocks run again. "
        "Acknowledge by 13:05 or it goes to the shift lead."
    )


def test_handing_over_pages_the_new_owner_once() -> None:
    change = lifecycle.reassign(opened(), by="ana", seen=1, to="bo", now=at(3))
    text = told(change, at(3), "bo")
    assert text.startswith("👤 <@U0BO>: this is yours now, from Ana Silva.")
    assert mentions(text) == ["U0BO"]


def test_merging_points_both_ways() -> None:
    other = opened(id=9, title="Line 2 stopped", occurrences=4)
    gone = lifecycle.merge(opened(), other, by="ana", seen=1, now=at(3))
    assert told(gone, at(3)) == "↪️ Ana Silva merged this into EX-9: please go on there."
    assert told(lifecycle.absorb(other, opened(), by="ana", now=at(3)), at(3)) == (
        "↩️ Ana Silva merged EX-12 (Filler 2 down: jam at infeed) into this one: 5 times so far."
    )


def test_cancelling_keeps_the_reason() -> None:
    change = lifecycle.cancel(opened(), by="ana", seen=1, reason="test run", now=at(3))
    assert told(change, at(3)) == (
        "🚫 Ana Silva cancelled this: “test run”. If it happens again, a new one opens."
    )


def test_in_shadow_nobody_is_mentioned() -> None:
    text = told(occurrences.opened(replace(NEW, shadow=True), NOON), NOON, "maria")
    assert text.startswith("🟠 Maria Lopez (shadow, not paged): new exception.")
    assert mentions(text) == []


def test_whoever_is_told_twice_is_mentioned_once() -> None:
    text = told(escalation.ring(opened(), at(5)), at(5), "ana", "bo", "ana")
    assert mentions(text) == ["U0ANA", "U0BO"]


def test_repetition_is_silent() -> None:
    change = occurrences.occurred(opened(), at(1), at(1))
    quiet = note(change.facts[0], change.thread, people=CREW, told=(), channels=(), now=at(1))
    assert quiet is None


def test_a_late_note_says_that_it_is_late_and_accuses_no_plan() -> None:
    text = told(escalation.ring(opened(), at(90)), at(90))
    assert text.startswith("⬆️ *Tier 2* · nobody acknowledged within 5 min.")
    assert text.endswith("_Late: this fell due while I was not running._")


def test_catching_up_is_one_bounded_message() -> None:
    fact = escalation.ring(opened(), at(90)).facts[0]
    message = catch_up([(opened(), fact)] * 40, CREW)
    assert_message_is_accepted(message.text, message.blocks)
    assert message.text.splitlines()[1] == "• EX-12 Filler 2 down: jam at infeed: escalated to tier 2"
    assert message.text.endswith("… and 25 more: `/andon mine`")


def test_what_cannot_be_delivered_is_told_with_the_reason() -> None:
    message = undeliverable("EX-12", "#filling", "The channel is archived. (is_archived)")
    assert message.text.startswith(
        "⚠️ EX-12 could not be shown in #filling: The channel is archived. (is_archived) Nothing is lost"
    )


def test_a_notification_on_a_phone_says_what_it_is_about() -> None:
    change = occurrences.opened(NEW, NOON)
    page = note(change.facts[0], change.thread, people=CREW, told=("maria",), channels=(), now=NOON)
    assert page is not None
    assert page.text.startswith("EX-12 Filler 2 down: jam at infeed · 🟠 <@U0MARIA>: new exception.")


def test_the_thread_reads_like_a_log() -> None:
    taken = lifecycle.acknowledge(opened(), by="ana", seen=1, now=at(3)).thread
    message = note(Fact(FactKind.VERIFIED, at(9)), taken, people=CREW, told=(), channels=(), now=at(9))
    assert message is not None
    assert len(message.blocks) == 1
    assert "\n" not in readable(message.text)
