"""The control plan changes while the bot runs."""

from __future__ import annotations

from tests.deadlines import eventually
from tests.scenarios.actors import words_of
from tests.scenarios.conftest import PLAN_TEXT, put_in_force
from tests.scenarios.stage import Stage

FOLLOWING_SECONDS = 60.0


def apply(stage: Stage, text: str) -> None:
    """Another process applies a plan; returns when the bot has followed."""
    before = stage.app.follower.current().version
    put_in_force(stage.settings.database_url, text, stage.clock.now())
    eventually(
        lambda: stage.app.follower.current().version == before + 1,
        within=FOLLOWING_SECONDS,
        what="the bot follows the new plan",
    )


def test_a_new_version_is_followed_without_a_restart(stage: Stage) -> None:
    assert stage.event("coffee.empty", "filler-1").outcome == "no_rule"
    rule = {"key": "coffee", "on": "coffee.empty", "severity": "low", "title": "No coffee"}
    lines = "\n    ".join(f"{name}: {value}" for name, value in rule.items())
    apply(stage, f"{PLAN_TEXT}  - {lines}\n    owner: team_lead\n    policy: quiet\n")
    assert stage.event("coffee.empty", "filler-1").says == "opened EX-1"


def test_open_threads_keep_their_policy_and_new_ones_get_the_new_one(stage: Stage) -> None:
    stage.machine_down("filler-1")
    apply(stage, PLAN_TEXT.replace("respond: [5m, 10m, 15m, 30m]", "respond: [1m, 10m, 15m, 30m]"))
    stage.machine_down("capper-1")
    stage.fast_forward("1m")
    assert stage.paged(stage.jonas, "EX-2") == 1
    assert stage.paged(stage.jonas, "EX-1") == 0
    stage.fast_forward("4m")
    assert stage.paged(stage.jonas, "EX-1") == 1


def test_people_are_read_live_so_whoever_is_shift_lead_now_is_paged(stage: Stage) -> None:
    stage.machine_down()
    jonas, timo = "{shift_lead: [filling, packing]}", "{technician: [filling]}"
    both = "{technician: [filling], shift_lead: [filling, packing]}"
    apply(stage, PLAN_TEXT.replace(timo, both).replace(f"roles: {jonas}", "roles: {}"))
    stage.fast_forward("5m")
    assert stage.paged(stage.person("timo"), "EX-1") == 1
    assert stage.paged(stage.jonas, "EX-1") == 0


def test_somebody_found_by_e_mail_after_the_change_can_press_at_once(stage: Stage) -> None:
    card = stage.machine_down()
    zoe = stage.person("zoe")
    line = (
        "  - {key: zoe, name: Zoe Stranger, email: zoe@elsewhere.example, roles: {technician: [filling]}}\n"
    )
    apply(stage, PLAN_TEXT.replace("\ncatch_all:", f"{line}\ncatch_all:"))
    eventually(
        lambda: stage.app.follower.current().slack_ids.get("zoe") == zoe.id,
        within=FOLLOWING_SECONDS,
        what="Slack was asked for Zoe",
    )
    zoe.presses(card, "acknowledge")
    stage.settle()
    assert "Zoe Stranger" in words_of(stage.card("EX-1"))


def test_a_rule_that_leaves_the_plan_lets_its_open_thread_live_on(stage: Stage) -> None:
    stage.machine_down()
    apply(stage, PLAN_TEXT.replace("key: machine-down", "key: machine-stopped"))
    stage.fast_forward("5m")
    assert stage.paged(stage.jonas, "EX-1") == 1
    stage.maria.presses(stage.card("EX-1"), "acknowledge")
    stage.settle()
    assert "*Acknowledged*" in words_of(stage.card("EX-1"))
