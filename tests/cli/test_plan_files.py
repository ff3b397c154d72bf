"""From a first plan to a changed one: init, check, apply, pull."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import CALMER, PLAN, Andon

REASON = ("--reason", "calmer nights")


@pytest.fixture
def applied(andon: Andon, migrated: str, plan_file: Path) -> Path:
    """The file whose content is version 1."""
    said = andon("apply", plan_file, "--reason", "first plan", "--yes")
    assert said.exit_code == 0, said.output
    return plan_file


def test_a_first_plan_can_be_checked_as_it_is(andon: Andon, desk: Path) -> None:
    assert andon("init", "--site", "Riverside", "--channel", "#riverside").exit_code == 0
    checked = andon("check", "control-plan.yaml")
    assert checked.exit_code == 0
    assert "1 area, 1 work center" in checked.output
    assert "channels  #riverside" in checked.output


def test_a_plan_is_never_overwritten_by_accident(andon: Andon, plan_file: Path) -> None:
    plan_file.write_text("mine")
    refused = andon("init")
    assert (refused.exit_code, plan_file.read_text()) == (2, "mine")
    assert "--force" in refused.output
    assert andon("init", "--force").exit_code == 0


def test_a_folder_that_is_not_there_is_told_in_words(andon: Andon, applied: Path) -> None:
    for words in (["init", "nowhere/plan.yaml"], ["plan", "pull", "nowhere/plan.yaml"]):
        refused = andon(*words)
        assert refused.exit_code == 1
        assert "nowhere/plan.yaml cannot be written: No such file or directory" in refused.output


def test_a_first_plan_with_an_impossible_channel_is_not_written(andon: Andon, desk: Path) -> None:
    refused = andon("init", "--channel", "Not A Channel")
    assert refused.exit_code == 1
    assert not (desk / "control-plan.yaml").exists()


def test_every_error_stands_on_a_line_of_its_own_with_its_place(andon: Andon, plan_file: Path) -> None:
    plan_file.write_text(
        PLAN.replace("for: 5m", "for: soon").replace("policy: standard\n\nesc", "policy: x\n\nesc")
    )
    refused = andon("check", plan_file)
    assert refused.exit_code == 1
    places = re.findall(rf"^{plan_file}:(\d+):\d+: ([\w.\[\]-]+): ", refused.stdout, re.MULTILINE)
    assert {path for _, path in places} == {"catch_all.policy", "rules[line-down].for"}
    assert refused.stderr == "2 errors\n"


def test_a_file_that_is_no_text_is_told_with_its_place(andon: Andon, plan_file: Path) -> None:
    plan_file.write_bytes(b"site:\n  name: K\xf6ln\n")
    assert (
        andon("check", plan_file).stdout == f"{plan_file}:2:10: is not UTF-8 text; save the file as UTF-8\n"
    )


def test_nothing_is_applied_before_the_database_is_there(andon: Andon, desk: Path, plan_file: Path) -> None:
    refused = andon("apply", plan_file, *REASON)
    assert refused.exit_code == 1
    assert "Run `andon db upgrade`" in refused.output
    assert not (desk / "andon.db").exists()
    assert andon("db", "upgrade").output == "sqlite:///andon.db has the newest schema.\n"
    assert andon("apply", plan_file, *REASON, "--yes").exit_code == 0


def test_a_change_is_shown_and_applied(andon: Andon, applied: Path) -> None:
    applied.write_text(CALMER)
    said = andon("apply", applied, *REASON, "--yes", "--by", "Ana Silva")
    assert said.exit_code == 0
    assert "Against version 1:\n  changed rules[line-down].for: 5m → 9m\nVersion 2 is in force" in said.output
    assert re.search(r"^2 .* UTC  Ana Silva  calmer nights$", andon("plan", "history").output, re.MULTILINE)


def test_without_somebody_to_ask_nothing_is_applied(andon: Andon, applied: Path) -> None:
    applied.write_text(CALMER)
    refused = andon("apply", applied, *REASON)
    assert refused.exit_code == 2
    assert "--yes" in refused.output
    assert andon("plan", "show").output == PLAN


def test_a_plan_that_says_nothing_new_is_not_applied(andon: Andon, applied: Path) -> None:
    said = andon("apply", applied, *REASON, "--yes")
    assert (said.exit_code, said.output) == (0, "Nothing to apply: version 1 says the same.\n")


def test_a_reason_must_say_something(andon: Andon, applied: Path) -> None:
    applied.write_text(CALMER)
    assert andon("apply", applied, "--yes").exit_code == 2
    assert andon("apply", applied, "--reason", " ", "--yes").exit_code == 2


def test_a_broken_plan_is_not_applied(andon: Andon, applied: Path) -> None:
    applied.write_text("site: [")
    refused = andon("apply", applied, *REASON, "--yes")
    assert refused.exit_code == 1
    assert refused.stdout.startswith(f"{applied}:2:1: ")


def test_a_stale_base_is_refused_and_says_who_was_faster(andon: Andon, applied: Path) -> None:
    applied.write_text(CALMER)
    andon("apply", applied, *REASON, "--yes", "--by", "Bo")
    applied.write_text(CALMER.replace("name: Line 1", "name: Line A"))
    refused = andon("apply", applied, *REASON, "--yes", "--base", "1")
    assert refused.exit_code == 1
    assert "version 2 is in force: Bo applied it" in refused.output


def test_a_pulled_plan_knows_what_it_builds_on(andon: Andon, applied: Path, desk: Path) -> None:
    mine, theirs = desk / "mine.yaml", desk / "theirs.yaml"
    assert andon("plan", "pull", mine).exit_code == 0
    assert andon("plan", "pull", theirs).exit_code == 0
    theirs.write_text(theirs.read_text().replace("for: 5m", "for: 7m"))
    mine.write_text(mine.read_text().replace("for: 5m", "for: 9m"))
    assert andon("apply", theirs, *REASON, "--yes").exit_code == 0
    refused = andon("apply", mine, *REASON, "--yes")
    assert refused.exit_code == 1
    assert "builds on version 1, but version 2 is in force" in refused.output


def test_a_pulled_plan_can_be_applied_again_and_again(andon: Andon, applied: Path, desk: Path) -> None:
    mine = desk / "mine.yaml"
    andon("plan", "pull", mine)
    for minutes in (6, 7, 8):
        mine.write_text(re.sub(r"for: \dm", f"for: {minutes}m", mine.read_text()))
        assert andon("apply", mine, *REASON, "--yes").exit_code == 0
    assert mine.read_text().startswith("# andon: builds on version 4;")
    assert andon("plan", "pull", mine).exit_code == 2


def test_earlier_versions_can_be_looked_at(andon: Andon, applied: Path) -> None:
    applied.write_text(CALMER)
    andon("apply", applied, *REASON, "--yes")
    assert (andon("plan", "show").output, andon("plan", "show", "1").output) == (CALMER, PLAN)
    missing = andon("plan", "show", "7")
    assert (missing.exit_code, "from 1 to 2" in missing.output) == (1, True)


def test_before_the_first_plan_that_is_said(andon: Andon, migrated: str) -> None:
    assert "andon init" in andon("plan", "history").output
    assert andon("plan", "show").exit_code == 1


def test_editors_get_a_schema(andon: Andon) -> None:
    assert json.loads(andon("plan", "schema").output)["title"] == "Andon control plan"
