from typing import Any

import pytest

from rules.coverage import Path, findings
from tests.rules.plant import PLANT, plan, rule

PEOPLE: list[dict[str, Any]] = PLANT["people"]
STANDARD: dict[str, Any] = PLANT["escalation_policies"]["standard"]


def wrong(*rules: Any, **changes: Any) -> list[tuple[Path, str]]:
    return [(finding.path, finding.message) for finding in findings(plan(*rules, **changes))]


def tiers(*notify: Any, **changes: Any) -> dict[str, Any]:
    return {"standard": {**STANDARD, "tiers": [{"notify": each} for each in notify], **changes}}


def test_nothing_is_wrong_with_a_sound_plan() -> None:
    assert wrong(rule()) == []


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        (
            {"policy": "standrd"},
            ("rules", 0, "policy"),
            "no escalation policy 'standrd'; did you mean 'standard'?",
        ),
        ({"kpi": "oe"}, ("rules", 0, "kpi"), "no KPI 'oe'; did you mean 'oee'?"),
        (
            {"owner": "team_leed"},
            ("rules", 0, "owner"),
            "nobody holds the role 'team_leed'; did you mean 'team_lead'?",
        ),
        ({"owner": "@mari"}, ("rules", 0, "owner"), "no person 'mari'; did you mean 'maria'?"),
        ({"owner": "team_lead@filing"}, ("rules", 0, "owner"), "no area 'filing'; did you mean 'filling'?"),
        ({"owner": "#filling"}, ("rules", 0, "owner"), "is not one person"),
        ({"owner": "owner"}, ("rules", 0, "owner"), "is not one person"),
        ({"when": "event.data.x = 1"}, ("rules", 0, "when"), "CEL writes =="),
        ({"clear_when": "1"}, ("rules", 0, "clear_when"), "must be true or false"),
        ({"title": "{{ event.x"}, ("rules", 0, "title"), "unexpected end"),
        ({"severity": "{{ sev }}"}, ("rules", 0, "severity"), "knows only event"),
        ({"fingerprint": ["a", "{% set x = 1 %}"]}, ("rules", 0, "fingerprint", 1), "uses 'assign'"),
        ({"at": "filler-3"}, ("rules", 0, "at"), "no place 'filler-3'; did you mean 'filler-2'?"),
        ({"key": "call:it"}, ("rules", 0, "key"), "built-in"),
        ({"on": []}, ("rules", 0, "on"), "names no event type"),
        ({"fingerprint": []}, ("rules", 0, "fingerprint"), "has no part"),
        (
            {"clear_when": None, "clear_for": "1m"},
            ("rules", 0, "clear_for"),
            "never happens without clear_when",
        ),
        ({"clear_when": None, "resolve_on_clear": True}, ("rules", 0, "resolve_on_clear"), "never happens"),
    ],
)
def test_a_rule_that_cannot_work_is_found(changes: Any, path: Path, message: str) -> None:
    ((found, said),) = wrong(rule(**changes))
    assert found == path
    assert message in said


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        (
            {"site": {**PLANT["site"], "timezone": "Berlin"}},
            ("site", "timezone"),
            "did you mean 'Europe/Berlin'?",
        ),
        (
            {"people": [*PEOPLE, {"key": "zoe", "name": "Zoe"}]},
            ("people", 4),
            "Zoe cannot be found in Slack; give `slack` or `email`",
        ),
        (
            {"people": [*PEOPLE, {**PEOPLE[0], "slack": "U0OTHER01"}]},
            ("people", 4, "key"),
            "the key 'maria' is taken already",
        ),
        (
            {"people": [*PEOPLE, {**PEOPLE[0], "key": "zoe"}]},
            ("people", 4, "slack"),
            "the Slack id 'U0MARIA01' is taken already",
        ),
        (
            {"people": [*PEOPLE, {"key": "z", "name": "Z", "email": "z@z.de", "roles": {"a": ["oven"]}}]},
            ("people", 4, "roles", "a", 0),
            "no area 'oven'",
        ),
        (
            {"people": [*PEOPLE, {"key": "z", "name": "Z", "email": "z@z.de", "roles": {"owner": ["*"]}}]},
            ("people", 4, "roles", "owner"),
            "choose another role",
        ),
        (
            {"areas": [*PLANT["areas"], {"key": "l2", "name": "Oven", "channel": "#oven"}]},
            ("areas", 2, "key"),
            "the name of a place 'l2' is taken already",
        ),
        (
            {"catch_all": {**PLANT["catch_all"], "policy": "none"}},
            ("catch_all", "policy"),
            "no escalation policy 'none'",
        ),
        ({"permissions": {"cancel": ["boss"]}}, ("permissions", "cancel", 0), "nobody holds the role 'boss'"),
        ({"permissions": {"cancel": []}}, ("permissions", "cancel"), "nobody may cancel"),
    ],
)
def test_a_plant_that_cannot_work_is_found(changes: Any, path: Path, message: str) -> None:
    ((found, said),) = wrong(rule(), **changes)
    assert found == path
    assert message in said


NOTIFY = ("escalation_policies", "standard", "tiers", 1, "notify")
CLOCKS = ("escalation_policies", "standard", "clocks")


@pytest.mark.parametrize(
    ("policy", "path", "message"),
    [
        (tiers("owner", "shift_leed"), (*NOTIFY, 0), "nobody holds the role 'shift_leed'"),
        (tiers("owner", "@mari"), (*NOTIFY, 0), "no person 'mari'"),
        (tiers("owner", "shift_lead@oven"), (*NOTIFY, 0), "no area 'oven'"),
        (tiers("owner", "#Bad Name"), (*NOTIFY, 0), "no Slack channel"),
        (tiers("owner", []), NOTIFY, "tells nobody"),
        (tiers("owner", "shift_lead", clocks={}), CLOCKS, "has no respond times"),
        (
            tiers("owner", clocks={"respond": ["5m"], "contain": ["1m", "2m"]}),
            (*CLOCKS, "contain"),
            "has 2 times for 1 tiers",
        ),
    ],
)
def test_an_escalation_that_cannot_arrive_is_found(policy: Any, path: Path, message: str) -> None:
    found, said = wrong(rule(), escalation_policies=policy)[0]
    assert found == path
    assert message in said


def test_a_tier_must_reach_somebody_in_every_area_that_its_rules_can_reach() -> None:
    technician = {"key": "tom", "name": "Tom", "email": "t@x.de", "roles": {"technician": ["filling"]}}
    changes = {"people": [*PEOPLE, technician], "escalation_policies": tiers("owner", "technician@area")}
    ((path, said),) = wrong(rule(), **changes)
    assert path == NOTIFY
    assert "reaches nobody in packaging" in said
    assert "filling" not in said
    assert wrong(rule(at="filler-2"), call_types=[], **changes) == []


def test_what_was_left_out_as_unreadable_is_blamed_on_nothing_else() -> None:
    without_maria = plan(rule(owner="@maria"), people=PEOPLE[1:])
    assert findings(without_maria)
    assert findings(without_maria, incomplete=frozenset({"people"})) == ()
