"""A log against a plan, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Andon
from tests.cli.test_exceptions import PLAN

MAPPING = """
time: {column: at}
type: machine.state
subject: filler-1
data: {state: {column: state}, reason: "cap jam"}
"""
LOG = """at,state
2026-03-02 06:00:00,DOWN
2026-03-02 06:01:00,DOWN
2026-03-02 06:01:00,DOWN
2026-03-02 06:30:00,RUNNING
"""


@pytest.fixture
def log(desk: Path) -> Path:
    (desk / "plan.yaml").write_text(PLAN)
    (desk / "map.yaml").write_text(MAPPING)
    path = desk / "log.csv"
    path.write_text(LOG)
    return path


def test_a_log_is_told_as_a_story_with_totals(andon: Andon, log: Path) -> None:
    said = andon("replay", log, "--plan", "plan.yaml", "--map", "map.yaml")
    assert said.exit_code == 0, said.output
    assert "4 events from 2026-03-02 06:00:00 to 2026-03-02 06:30:00 UTC" in said.stdout
    assert "EX-1  filler-1 down: cap jam  (high; Filler 1 · Line 1)" in said.stdout
    assert "2026-03-02 06:00:00  opened     → Maria Jansen" in said.stdout
    lines = {" ".join(line.split()[:-1]): line.split()[-1] for line in said.stdout.splitlines() if line}
    assert (lines["opened"], lines["appended"], lines["together"]) == ("1", "2", "4")


def test_as_json_every_event_and_every_step_is_there(andon: Andon, log: Path) -> None:
    said = andon(
        "replay", log, "--plan", "plan.yaml", "--map", "map.yaml", "--format", "json",
        "--responder", "2m", "--resolve-after", "10m", "--to", "2026-03-02T12:00",
    )  # fmt: skip
    account = json.loads(said.stdout)
    assert account["events"] == 4 == sum(line["events"] for line in account["became"])
    (case,) = account["exceptions"]
    assert [(step["at"][11:16], step["what"]) for step in case["steps"]] == [
        ("06:00", "opened"),
        ("06:02", "acknowledged"),
        ("06:12", "resolved"),
    ]
    (signal,) = account["signals"]
    assert (signal["fingerprint"], signal["raise"], signal["neither"]) == ("filler-1", 3, 1)


def test_a_part_of_the_log(andon: Andon, log: Path) -> None:
    said = andon(
        "replay", log, "--plan", "plan.yaml", "--map", "map.yaml", "--from", "2026-03-02 07:30+01:00"
    )
    assert said.stdout.startswith("1 event from 2026-03-02 06:30:00")
    assert (
        andon("replay", log, "--plan", "plan.yaml", "--map", "map.yaml", "--from", "2027-01-01").exit_code
        == 0
    )


def test_what_is_wrong_with_a_log_is_said_by_line(andon: Andon, log: Path) -> None:
    log.write_text(LOG + "yesterday,DOWN\n")
    said = andon("replay", log, "--plan", "plan.yaml", "--map", "map.yaml")
    assert said.exit_code == 1
    assert f"{log}:6:1: 'yesterday' is not an ISO 8601 time" in said.stdout


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--plan", "plan.yaml"), "A CSV log needs --map"),
        (("--plan", "plan.yaml", "--map", "map.yaml", "--responder", "5"), "is not a duration"),
        (("--plan", "plan.yaml", "--map", "map.yaml", "--resolve-after", "5m"), "goes with --responder"),
        (("--plan", "plan.yaml", "--map", "map.yaml", "--to", "noon"), "is no time"),
    ],
)
def test_wrong_usage_says_what_to_do(andon: Andon, log: Path, words: tuple[str, ...], hint: str) -> None:
    said = andon("replay", log, *words)
    assert said.exit_code == 2
    assert hint in said.output
