"""A shift meeting is prepared: at its time, in Slack, by what happened on the floor."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.deadlines import eventually
from tests.scenarios.actors import words_of
from tests.scenarios.conftest import PLAN_TEXT, SetStage
from tests.scenarios.stage import Stage

MONDAY = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""Six in the morning in Berlin."""

WITH_MEETING = (
    PLAN_TEXT
    + """
sessions:
  - key: tier-2
    name: Tier 2
    kind: tier-meeting
    schedule: "0 7 * * *"
    facilitator: shift_lead@filling
    participants: [team_lead@filling]
    channel: "#meetings"
    lead: 30m
"""
)


def digests(stage: Stage) -> list[str]:
    return stage.cards_in("#meetings")


def test_the_meeting_is_told_what_it_must_decide_and_then_that_it_may_be_cancelled(
    set_stage: SetStage,
) -> None:
    stage = set_stage(at=MONDAY, plan=WITH_MEETING)
    stage.machine_down("filler-1")
    stage.fast_forward("29m")
    assert digests(stage) == []
    stage.fast_forward("1m")
    (digest,) = digests(stage)
    assert "*To decide:*\n1. *Who takes EX-1?* 🟠 filler-1 down: jam at infeed, since " in digest
    assert "Maria Keller was asked, then 2 tiers above; nobody answered." in digest
    assert "led by Jonas Weber" in digest
    assert digest in stage.direct_messages("jonas")

    stage.maria.presses(stage.card("EX-1"), "acknowledge")
    form = stage.maria.opens(stage.card("EX-1"), "resolve")
    stage.maria.sends(form, answer__root_cause="jam", answer__countermeasure="new gasket")
    stage.event("machine.state", "filler-1", state="RUNNING")
    stage.fast_forward("24h")
    assert "*Nothing drifts.* Cancel this meeting" in digests(stage)[-1]
    assert "settled: EX-1" in digests(stage)[-1]
    assert len(digests(stage)) == 2


def test_a_bot_that_was_away_posts_the_newest_digest_once_and_late(set_stage: SetStage) -> None:
    stage = set_stage(at=MONDAY, plan=WITH_MEETING)
    stage.bot_stops()
    stage.clock.advance(MONDAY.replace(day=25, hour=5, minute=40) - stage.clock.now())
    stage.bot_starts()
    stage.settle()
    (digest,) = digests(stage)
    assert "Late: this was due" in digest
    assert "2 earlier ones were missed while Andon was down." in digest
    stage.bot_stops()
    stage.bot_starts()
    stage.settle()
    assert len(digests(stage)) == 1


def test_a_facilitator_who_left_the_company_is_missed_in_the_channel_and_told_to_the_operators(
    set_stage: SetStage,
) -> None:
    stage = set_stage(at=MONDAY, plan=WITH_MEETING)
    stage.sandbox.workspace.deactivate("jonas")
    stage.bot_stops()
    stage.bot_starts()
    stage.fast_forward("30m")
    (digest,) = digests(stage)
    assert "Jonas Weber should lead it, but has no active account in Slack. Who leads?" in digest
    assert digest not in stage.direct_messages("jonas")
    (told,) = stage.cards_in("#control-room")
    assert "• *Jonas Weber* (U0MILL001: deactivated) · is shift lead · leads Tier 2" in told
    assert "Replace them in the control plan" in told
    stage.bot_stops()
    stage.bot_starts()
    stage.settle()
    assert len(stage.cards_in("#control-room")) == 1, "told once, whatever restarts"


def test_anybody_may_ask_for_it_at_any_time(set_stage: SetStage) -> None:
    stage = set_stage(at=MONDAY, plan=WITH_MEETING)
    assert "Nothing drifts" in stage.maria.types("/andon digest tier-2")
    assert stage.maria.types("/andon sessions") == "1 session"
    assert "No digest of Tier 2 was posted yet" in stage.maria.types("/andon digest tier-2 last")
    assert "did you mean 'tier-2'" in stage.maria.types("/andon digest tier2")
    assert "Try `/andon sessions`" in stage.maria.types("/andon digest")
    stage.jonas.person.opens_home()
    eventually(lambda: stage.jonas.person.home, within=60, what="Home is drawn")
    assert "*Your next sessions*\n• Tier 2 · " in words_of(stage.jonas.person.home or {})
    stage.fast_forward("30m")
    shown = stage.maria.person.types("#filling", "/andon digest tier-2 last")
    assert "As posted" in words_of({"blocks": shown.blocks})
    assert len(digests(stage)) == 1
