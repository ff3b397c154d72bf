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

READ = ("--plan", "plan.yaml", "--map", "map.yaml")


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


def test_a_maintenance_window_holds_back_and_totals_still_add_up(andon: Andon, log: Path) -> None:
    window = "2026-03-02 06:30/2026-03-02 07:15 line-1 planned lubrication"
    said = andon("replay", log, *READ, "--maintenance", window, "--to", "2026-03-02 06:30")
    assert said.exit_code == 0, said.output
    assert "SU-1  2026-03-02 05:30:00 to 2026-03-02 06:15:00  line-1: planned lubrication" in said.stdout
    assert "held back 1 signal, 3 times; at its end EX-1 opened" in said.stdout
    assert "2026-03-02 06:15:00  opened" in said.stdout
    assert "held back by SU-1 until then" in said.stdout

    account = json.loads(andon("replay", log, *READ, "--maintenance", window, "--format", "json").stdout)
    totals = {(line["fate"], line["reason"]): line["events"] for line in account["became"]}
    assert totals == {("suppressed", "maintenance window"): 3, ("suppressed", "nothing changes by it"): 1}
    (told,) = account["maintenance"]
    assert (told["name"], told["from"]) == ("SU-1", "2026-03-02T05:30:00+00:00")
    (held,) = told["held_back"]
    assert held == {"title": "filler-1 down: cap jam", "since": "2026-03-02T06:00:00+00:00", "times": 3}
    assert told["opened_at_its_end"] == ["EX-1"] == [case["name"] for case in account["exceptions"]]


def test_a_window_may_name_its_own_offset_and_hold_nothing_back(andon: Andon, log: Path) -> None:
    said = andon("replay", log, *READ, "--maintenance", "2026-03-03T00:00Z/2026-03-04 everything holiday")
    assert "SU-1  2026-03-03 00:00:00 to 2026-03-03 23:00:00  everything: holiday" in said.stdout
    assert "held nothing back" in said.stdout


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
        ((*READ, "--maintenance", "tonight line-1 works"), "is no maintenance window; write one such as"),
        ((*READ, "--maintenance", "2026-03-02/2026-02-30 line-1 works"), "is in no calendar"),
        ((*READ, "--maintenance", "2026-03-02/2026-03-02 line-1 works"), "end before it begins"),
        ((*READ, "--maintenance", "2026-03-02/2026-03-03 lime-1 works"), "Did you mean line-1?"),
    ],
)
def test_wrong_usage_says_what_to_do(andon: Andon, log: Path, words: tuple[str, ...], hint: str) -> None:
    said = andon("replay", log, *words)
    assert said.exit_code == 2
    assert hint in said.output
