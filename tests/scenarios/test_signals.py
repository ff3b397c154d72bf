"""The signal itself: it repeats, clears, comes back, is held, comes late or in the wrong order."""

from __future__ import annotations

from datetime import timedelta

from tests.scenarios.actors import words_of
from tests.scenarios.stage import Stage


def test_thirty_repeats_count_up_on_one_card_and_page_nobody_again(stage: Stage) -> None:
    stage.machine_down()
    for _ in range(30):
        assert stage.event("machine.state", "filler-1", state="DOWN").says == "appended to EX-1"
    stage.settle()
    assert "31 times" in words_of(stage.card("EX-1"))
    assert len(stage.thread("EX-1")) == 1
    updates = [call for call in stage.sandbox.calls if call.method == "chat.update"]
    assert len(updates) < 30


def test_a_signal_that_clears_and_comes_back_is_told_and_stays_one_exception(stage: Stage) -> None:
    stage.machine_down()
    assert stage.event("machine.state", "filler-1", state="RUNNING").says == "cleared EX-1"
    stage.settle()
    stage.expect_reply("EX-1", "The signal cleared. Still open: resolve it when it is done.")
    assert "cleared" in words_of(stage.card("EX-1"))

    stage.fast_forward("11m")
    assert stage.event("machine.state", "filler-1", state="DOWN").says == "appended to EX-1"
    stage.settle()
    stage.expect_reply("EX-1", "It came back: 2 times so far.")
    assert "cleared" not in words_of(stage.card("EX-1"))


def test_a_rule_may_take_clearing_for_resolving(stage: Stage) -> None:
    stage.event("tank.level", "filler-1", percent=4)
    stage.settle()
    stage.event("tank.level", "filler-1", percent=60)
    stage.settle()
    stage.expect_reply("EX-1", "Resolved: the signal cleared, which is enough for this rule.")


def test_what_must_last_five_minutes_opens_by_itself_when_it_has(stage: Stage) -> None:
    held = stage.event("machine.state", "capper-1", state="STARVED")
    assert held.outcome == "suppressed"
    stage.fast_forward("4m")
    assert stage.cards_in("#filling") == []
    stage.fast_forward("1m")
    (card,) = stage.cards_in("#filling")
    assert "capper-1 starved" in card


def test_what_ends_before_its_five_minutes_disturbs_nobody(stage: Stage) -> None:
    stage.event("machine.state", "capper-1", state="STARVED")
    stage.fast_forward("4m")
    stage.event("machine.state", "capper-1", state="RUNNING")
    stage.fast_forward("1h")
    assert stage.cards_in("#filling") == []


def test_an_event_from_yesterday_is_recorded_and_pages_nobody(stage: Stage) -> None:
    yesterday = stage.clock.now() - timedelta(days=1)
    late = stage.event("machine.state", "filler-1", state="DOWN", at=yesterday)
    assert late.outcome == "too_old"
    stage.settle()
    assert stage.cards_in("#filling") == []


def test_a_clearing_that_is_older_than_the_stop_changes_nothing(stage: Stage) -> None:
    before = stage.clock.now() - timedelta(minutes=2)
    stage.machine_down()
    stage.event("machine.state", "filler-1", state="RUNNING", at=before)
    stage.settle()
    assert "cleared" not in words_of(stage.card("EX-1"))


def test_a_rule_in_shadow_shows_what_it_would_do_and_mentions_nobody(stage: Stage) -> None:
    became = stage.event("sensor.vibration", "filler-1", mm_per_s=9.5)
    assert became.says == "opened EX-1: in shadow: nobody is paged"
    stage.fast_forward("1h")
    assert "*Shadow*: recorded and shown, nobody is paged" in words_of(stage.card("EX-1"))
    shown = [*stage.sandbox.workspace.messages("#filling"), *stage.notes("EX-1")]
    assert not [message for message in shown if "<@" in str(message.blocks)]
    stage.expect_reply("EX-1", "Jonas Weber (shadow, not paged)")


def test_a_machine_that_no_plan_knows_goes_to_the_catch_all(stage: Stage) -> None:
    became = stage.event("machine.state", "press-9", state="DOWN", reason="no oil")
    assert became.says == "opened EX-1"
    stage.settle()
    (card,) = stage.cards_in("#control-room")
    assert "press-9 down: no oil" in card
    assert stage.paged(stage.person("olga"), "EX-1") == 1


def test_a_rule_that_cannot_decide_becomes_an_exception_for_the_operators(stage: Stage) -> None:
    became = stage.event("tank.level", "filler-1", volume=12)
    assert became.says.startswith("opened EX-1: Rule tank-low cannot decide: ")
    stage.settle()
    (card,) = stage.cards_in("#control-room")
    assert "Rule tank-low cannot decide" in card
    assert stage.paged(stage.person("olga"), "EX-1") == 1


def test_an_event_that_no_rule_is_about_says_so(stage: Stage) -> None:
    assert stage.event("coffee.empty", "filler-1").says == "no rule: no rule is on type 'coffee.empty'"
