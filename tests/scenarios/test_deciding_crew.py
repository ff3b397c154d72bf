"""The crew of the demo decides: a simulated manager logs a decision live and answers its review."""

from __future__ import annotations

from datetime import timedelta

from bot.sandbox.crew_decisions import PATIENCE, Decider, Intent
from tests.scenarios.stage import Stage

WORDS = "Two operators at the infeed"


def decider(stage: Stage) -> Decider:
    day = (stage.clock.now() + timedelta(days=1)).date().isoformat()
    entries = {"decision": WORDS, "kpi": "oee", "change": "8", "by_when": day, "owner": stage.ana.id}
    return Decider(stage.sandbox, person="ana", intent=Intent("filler-1 down", entries))


def looks(stage: Stage, decides: Decider, *, since: float) -> float:
    """Look until nothing more is to be done, every two seconds as the crew does; returns when that was."""
    for _ in range(30):
        since += PATIENCE / 4
        decides.look(since)
        stage.settle()
    return since


def test_a_simulated_manager_takes_the_case_decides_and_answers_the_review(stage: Stage) -> None:
    decides = decider(stage)
    elapsed = looks(stage, decides, since=0)
    stage.machine_down()
    elapsed = looks(stage, decides, since=elapsed)
    assert "acknowledged" in stage.thread("EX-1")[1]
    stage.expect_reply("EX-1", f"Ana Souza logged D-1: “{WORDS}”")
    stage.fast_forward("2d")
    looks(stage, decides, since=elapsed)
    stage.expect_reply("EX-1", "Ana Souza said of D-1: moved.")
    told = [each.text for each in stage.sandbox.workspace.narration]
    assert told == [
        "Ana Souza takes the case of filler-1 down.",
        f"Ana Souza logs a decision: {WORDS}.",
        "Ana Souza is asked what became of the decision, and says that it moved.",
    ]


def test_a_manager_who_finds_the_case_taken_decides_all_the_same(stage: Stage) -> None:
    decides = decider(stage)
    stage.maria.presses(stage.machine_down(), "acknowledge")
    stage.settle()
    looks(stage, decides, since=0)
    stage.expect_reply("EX-1", "Ana Souza logged D-1")
    assert [each.text for each in stage.sandbox.workspace.narration] == [
        f"Ana Souza logs a decision: {WORDS}."
    ]
