"""The bot was down for hours: it goes on where the clocks stand, without a storm."""

from __future__ import annotations

from datetime import timedelta

from tests.scenarios.stage import Stage


def test_after_three_hours_down_each_thread_climbs_one_tier_and_each_person_gets_one_note(
    stage: Stage,
) -> None:
    for machine in ("filler-1", "filler-2", "capper-1", "packer-1"):
        stage.machine_down(machine)
    stage.bot_stops()
    stage.clock.advance(timedelta(hours=3))
    stage.bot_starts()
    stage.settle()

    (late,) = stage.direct_messages("jonas")
    assert late.startswith("🕐 *Late*: I was not running for a while.")
    assert all(name in late for name in ("EX-1", "EX-2", "EX-3", "EX-4"))
    for name in ("EX-1", "EX-2", "EX-3", "EX-4"):
        note = stage.expect_reply(name, "Tier 2")
        assert "_Late: this fell due while I was not running._" in stage.thread(name)[1]
        assert not note.mentions(stage.jonas.id)
        assert "Tier 3" not in str(stage.thread(name))
    assert stage.direct_messages("ana") == []

    stage.fast_forward("10m")
    assert [stage.paged(stage.ana, name) for name in ("EX-1", "EX-2", "EX-3", "EX-4")] == [1, 1, 1, 1]


def test_what_slack_was_still_owed_is_told_after_the_restart(stage: Stage) -> None:
    stage.sandbox.workspace.app.token_revoked = True
    stage.event("machine.state", "filler-1", state="DOWN")
    stage.bot_stops()
    stage.sandbox.workspace.app.token_revoked = False
    stage.clock.advance(timedelta(seconds=30))
    stage.bot_starts()
    stage.settle()
    assert stage.paged(stage.maria, "EX-1") == 1


def test_a_snooze_that_ended_during_downtime_wakes_late_once(stage: Stage) -> None:
    form = stage.maria.chooses(stage.machine_down(), "snooze")
    stage.maria.sends(form, **{"for": "1h", "reason": "Parts come at ten"})
    stage.settle()
    stage.bot_stops()
    stage.clock.advance(timedelta(hours=3))
    stage.bot_starts()
    stage.settle()
    stage.expect_reply("EX-1", "the snooze is over and the clocks run again")
    assert len(stage.direct_messages("maria")) == 1
    assert "Tier 2" not in str(stage.thread("EX-1"))
