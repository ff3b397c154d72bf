"""The example plant: every rule raises on what it is about, clears on its end, and somebody is told."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.control_plan import load
from rules.control_plan import ControlPlan, Severity
from rules.events import Event
from rules.matching import Match, RuleBook, Verdict
from rules.plan_index import PlanIndex
from rules.targets import recipients

FILE = Path(__file__).parents[2] / "examples" / "bottling-plant" / "control-plan.yaml"
PLAN: ControlPlan = load(FILE.read_text(), file=str(FILE))
BOOK = RuleBook.compile(PLAN)
INDEX = PlanIndex(PLAN)

ALERT = {"fingerprint": "1a30", "labels": {"alertname": "DiskFull", "severity": "warning"}, "annotations": {}}
STORIES = yaml.safe_load((Path(__file__).parent / "bottling_plant_stories.yaml").read_text())


def said(key: str, type: str, subject: str, data: dict[str, Any]) -> Match:
    event = Event("1", "/mes", type, subject, datetime(2026, 3, 2, 6, 0, tzinfo=UTC), data)
    matches = {match.rule.key: match for match in BOOK.match(event)}
    assert Verdict.FAILED not in {match.verdict for match in matches.values()}, matches
    return matches[key]


def test_every_rule_has_a_story() -> None:
    assert [story["rule"] for story in STORIES] == [rule.key for rule in PLAN.rules]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["rule"])
def test_a_rule_raises_and_clears(story: dict[str, Any]) -> None:
    raised = said(story["rule"], story["type"], story["subject"], story["raises"])
    cleared = said(story["rule"], story["type"], story["subject"], {**story["raises"], **story["clears"]})
    assert (raised.verdict, raised.title) == (Verdict.RAISE, story["title"])
    assert (cleared.verdict, cleared.fingerprint) == (Verdict.CLEAR, raised.fingerprint)
    assert INDEX.place(raised.at).area == story["area"]


@pytest.mark.parametrize("rule", PLAN.rules, ids=lambda rule: rule.key)
def test_every_tier_of_every_rule_reaches_somebody_in_every_area(rule: Any) -> None:
    for area in [*(area.key for area in PLAN.areas), None]:
        owner = INDEX.owner_for(rule.owner, area)
        assert owner is not None
        for tier in PLAN.escalation_policies[rule.policy].tiers:
            assert recipients(tier.notify, owner=owner.key, area=area, index=INDEX)


@pytest.mark.parametrize(
    ("label", "severity"),
    [
        ("critical", "critical"),
        ("page", "critical"),
        ("error", "high"),
        ("warning", "medium"),
        ("info", "low"),
        ("none", "low"),
    ],
)
def test_severities_of_other_systems_are_translated(label: str, severity: str) -> None:
    alert = {"status": "firing", **ALERT, "labels": {"alertname": "A", "severity": label}}
    assert said("system-alert", "alertmanager.alert", "A", alert).severity is Severity(severity)
