"""Slack refuses for good or for now: nothing is lost, somebody is told, and clocks run on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from bot.cli import app as cli
from bot.sandbox.installation import BOT_USER_ID
from tests.deadlines import eventually
from tests.scenarios.actors import words_of
from tests.scenarios.conftest import PLAN_TEXT, SetStage
from tests.scenarios.stage import Stage

SOON = 60.0


def test_an_archived_channel_sends_the_thread_to_the_catch_all_and_tells_the_operators(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.machine_down()
    stage.sandbox.workspace.archive("#filling")
    stage.fast_forward("5m")

    in_catch_all = stage.cards_in("#control-room")
    assert any("filler-1 down" in said for said in in_catch_all)
    assert "Tier 2" in stage.page(stage.jonas, "EX-1")
    stage.jonas.presses(stage.card("EX-1"), "acknowledge")
    stage.settle()
    stage.expect_reply("EX-1", "Jonas Weber acknowledged")
    (told,) = [said for said in stage.cards_in("#control-room") if "could not be shown in #filling" in said]
    assert "Unarchive it" in told

    monkeypatch.setenv("ANDON_DATABASE_URL", stage.settings.database_url)
    listed = CliRunner().invoke(cli, ["delivery", "list"])
    assert listed.exit_code == 0, listed.output
    assert "#filling" in listed.output
    assert "The channel is archived" in " ".join(listed.output.split())


def test_a_channel_without_the_bot_is_told_with_what_to_type(stage: Stage) -> None:
    workspace = stage.sandbox.workspace
    filling = workspace.channel("#filling")
    workspace.directory.change_channel(replace(filling, members=filling.members - {BOT_USER_ID}))
    stage.event("machine.state", "filler-1", state="DOWN")
    stage.settle()
    told = "\n".join(stage.cards_in("#control-room"))
    assert "/invite @andon" in told
    assert "filler-1 down" in told


def test_somebody_who_left_slack_is_named_and_the_exception_climbs(set_stage: SetStage) -> None:
    stage = set_stage(plan=PLAN_TEXT.replace("slack: U0MILL004", "email: petra@gone.example"))
    gone = stage.sandbox.workspace.user("petra")
    stage.sandbox.workspace.deactivate(gone)
    stage.machine_down("packer-1")
    assert "Petra Lang" in words_of(stage.card("EX-1"))
    stage.fast_forward("5m")
    assert stage.paged(stage.jonas, "EX-1") == 1


def test_an_invalid_token_holds_everything_back_until_it_works_again(stage: Stage) -> None:
    stage.sandbox.workspace.app.token_revoked = True
    assert stage.event("machine.state", "filler-1", state="DOWN").says == "opened EX-1"
    eventually(lambda: stage.app.relay.holding.trouble, within=SOON, what="the relay is refused")
    trouble = stage.app.relay.holding.trouble
    assert trouble is not None
    assert trouble.code == "token_revoked"
    assert "Reinstall the app" in trouble.advice
    assert stage.ready()["checks"]["slack"].startswith("token_revoked: ")
    stage.fast_forward_in_silence("5m")
    assert stage.cards_in("#filling") == []

    stage.sandbox.workspace.app.token_revoked = False
    stage.settle()
    assert stage.app.relay.holding.trouble is None
    said = [line.partition(":")[0] for line in stage.thread("EX-1")]
    assert len(said) == 2, said
    assert "Tier 2" in said[1]
    assert stage.ready()["ready"] is True


def test_a_missing_scope_holds_everything_back_and_names_the_cure(stage: Stage) -> None:
    stage.sandbox.workspace.scopes.discard("chat:write")
    stage.event("machine.state", "filler-1", state="DOWN")
    eventually(lambda: stage.app.relay.holding.trouble, within=SOON, what="the relay is refused")
    assert "andon manifest" in stage.ready()["checks"]["slack"]
    stage.sandbox.workspace.scopes.add("chat:write")
    stage.settle()
    assert "filler-1 down" in words_of(stage.card("EX-1"))


def test_a_lesser_slack_that_knows_only_the_core_methods_shows_everything(set_stage: SetStage) -> None:
    core = ["auth.test", "apps.connections.open", "chat.*", "conversations.*", "users.*", "views.*"]
    stage = set_stage(sandbox={"only_methods": [*core, "reactions.*"], "drop_metadata": True})
    card = stage.machine_down()
    stage.maria.presses(card, "acknowledge")
    form = stage.maria.opens(card, "contain")
    stage.maria.submits(form, action="By hand")
    stage.settle()
    stage.expect_reply("EX-1", "Maria Keller acknowledged")
    assert not [call for call in stage.sandbox.calls if call.error == "unknown_method"]
