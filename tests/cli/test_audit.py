"""The audit on the terminal: read, verified, pinned, pruned, and somebody forgotten."""

from __future__ import annotations

import json

from sqlalchemy import text

from bot.clock import SystemClock
from bot.services import presses
from bot.services.audit_sealing import seal_all
from bot.store.database import Database
from tests.cli.conftest import Andon
from tests.cli.test_exceptions import database, plan_in_force

__all__ = ["database"]


def maria_cancels(database: Database) -> None:
    """Entry 2; the first is the plan, which Ana applied at a terminal."""
    now = SystemClock().now()
    presses.cancel(
        database, 1, by="maria", seen=None, reason="a drill, says Maria", plan=plan_in_force(), now=now
    )
    seal_all(database)


def test_who_changed_what_and_why_is_listed_newest_first(andon: Andon, database: Database) -> None:
    maria_cancels(database)
    heading, cancelled, applied = andon("audit", "list").output.splitlines()
    assert heading.split() == ["NO", "WHEN", "WHO", "THROUGH", "WHAT", "CHANGE", "WHY"]
    assert cancelled.startswith("2   ")
    for part in ("Maria Jansen", "slack", "EX-1 cancelled", "state open → cancelled", "a drill, says Maria"):
        assert part in cancelled
    assert "ana (terminal)" in applied
    assert "plan version 1 applied" in applied
    assert applied.endswith("first")


def test_the_list_can_be_narrowed_and_read_by_programs(andon: Andon, database: Database) -> None:
    maria_cancels(database)
    (entry,) = json.loads(andon("audit", "list", "--about", "ex 1", "--format", "json").output)
    became = {"old": {"state": "open"}, "new": {"state": "cancelled"}}
    assert {**entry, "at": ""} == {
        "number": 2, "at": "", "who": "maria", "through": "slack", "what": "exception.cancelled",
        "about": "EX-1", "why": "a drill, says Maria", **became,
    }  # fmt: skip
    assert len(json.loads(andon("audit", "list", "--by", "ana", "--format", "json").output)) == 1
    assert andon("audit", "list", "--since", "2999-01-01").output.startswith("Nothing was changed")


def test_a_whole_chain_ends_with_0_and_a_broken_one_with_1_and_its_first_broken_link(
    andon: Andon, database: Database
) -> None:
    maria_cancels(database)
    kept = andon("audit", "checkpoint").output.strip()
    said = andon("audit", "verify", "--checkpoint", kept)
    assert said.exit_code == 0
    assert said.output.startswith(
        "The audit is whole: 2 entries, each as it was sealed.\nNot sealed yet: 1 entry;"
    )
    assert f"Its end: {kept}" in said.output
    with database.engine.begin() as tx:
        tx.execute(text("UPDATE audit_entries SET through = 'bot' WHERE number = 1"))
    said = andon("audit", "verify")
    assert said.exit_code == 1
    assert said.stderr.startswith("The audit is broken: entry 1 (2026-11-23 06:00 UTC) was changed after")
    assert "Before it hold 0 entries." in said.stderr


def test_what_is_no_checkpoint_is_wrong_usage(andon: Andon, database: Database) -> None:
    assert andon("audit", "verify", "--checkpoint", "12").exit_code == 2


def test_pruning_asks_first_and_says_where_the_audit_begins_now(andon: Andon, database: Database) -> None:
    maria_cancels(database)
    prune = ("audit", "prune", "--before", "2999-01-01", "--reason", "kept for a year")
    assert andon(*prune).exit_code == 2
    said = andon(*prune, "--yes")
    assert (said.exit_code, "nothing was pruned" in said.stderr) == (1, True)
    kept = andon("audit", "checkpoint").output.strip()
    assert andon(*prune, "--yes").output == f"Deleted 2 entries; the audit begins behind {kept}.\n"
    seal_all(database)
    assert "2 entries since checkpoint 2" in andon("audit", "verify").output


def test_a_person_is_forgotten_by_name_and_in_words(andon: Andon, database: Database) -> None:
    maria_cancels(database)
    assert andon("audit", "forget", "maria").exit_code == 2
    said = andon("audit", "forget", "maria", "--yes").output
    assert said.startswith("maria is forgotten: what they did (1 entry) stays under p-")
    assert "One reason was erased" in said
    assert "Maria" not in andon("audit", "list").output
    assert "(erased)" in andon("audit", "list").output
    assert andon("audit", "verify").exit_code == 0
    assert andon("audit", "forget", "maria", "--yes").exit_code == 1
