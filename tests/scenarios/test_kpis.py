"""A figure leaves its target: readings come in, time passes, and Slack shows whose it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml

from bot.control_plan import load
from tests.deadlines import eventually
from tests.scenarios.actors import ANSWER_SECONDS, words_of
from tests.scenarios.conftest import PLAN_TEXT, SetStage
from tests.scenarios.stage import Stage

OEE: dict[str, Any] = {
    "key": "oee",
    "name": "OEE of line 1",
    "unit": "%",
    "direction": "higher",
    "target": 78,
    "owner": "team_lead@filling",
    "area": "filling",
    "money_per_unit": 900,
    "stale_after": "2h",
    "thresholds": [
        {"key": "low", "miss": "5%", "for": "30m", "severity": "high", "policy": "line-stop"},
        {"key": "floor", "level": {"below": 50}, "severity": "critical", "policy": "line-stop"},
    ],
}

Reads = Callable[..., str]


@pytest.fixture
def stage(set_stage: SetStage) -> Stage:
    """The mill, whose OEE has a threshold that is held, one that is not, and must be read every two hours."""
    plan = load(PLAN_TEXT, file="plan.yaml").model_dump(mode="json", by_alias=True)
    plan |= {"kpis": [OEE], "permissions": {**plan["permissions"], "record": ["area_manager"]}}
    plan["site"]["currency"] = "EUR"
    return set_stage(plan=yaml.safe_dump(plan, allow_unicode=True))


@pytest.fixture
def reads(stage: Stage) -> Reads:
    """The historian posts a value, now or `at` another time; answers what became of it."""

    def post(value: float, *, at: datetime | None = None) -> str:
        reading = {"kpi": "oee", "value": value, "time": (at or stage.clock.now()).isoformat()}
        headers = {"Authorization": "Bearer mill", "Content-Type": "application/json"}
        request = Request(f"{stage.url}/v1/readings", json.dumps(reading).encode(), headers)
        with urlopen(request, timeout=60) as answer:
            (entry,) = json.load(answer)["readings"]
        stage.settle()
        return "; ".join([entry["outcome"], *(became["says"] for became in entry["became"])])

    return post


def test_a_value_that_stays_off_opens_at_its_time_without_another_reading(stage: Stage, reads: Reads) -> None:
    assert reads(70).startswith("recorded; suppressed")
    stage.fast_forward("29m")
    assert stage.cards_in("#filling") == []
    stage.fast_forward("1m")
    card = words_of(stage.card("EX-1"))
    assert "OEE of line 1 at 70 %, target 78 (−10 %)" in card
    assert stage.paged(stage.maria, "EX-1") == 1
    stage.fast_forward("5m")
    assert stage.paged(stage.jonas, "EX-1") == 1


def test_a_correction_that_un_breaches_clears_the_exception_and_keeps_both_values(
    stage: Stage, reads: Reads
) -> None:
    measured = stage.clock.now()
    assert reads(41, at=measured).startswith("recorded; opened EX-1")
    stage.fast_forward("3m")
    assert reads(81, at=measured).startswith("corrected; cleared EX-1")
    stage.expect_reply("EX-1", "The signal cleared.")
    shown = words_of({"blocks": stage.maria.person.types("#filling", "/andon kpi oee").blocks})
    assert "81 %" in shown
    assert "corrected 1×" in shown


def test_silence_is_told_to_the_owner_and_ends_with_the_next_reading(stage: Stage, reads: Reads) -> None:
    reads(80)
    assert stage.maria.types("/andon kpis") == "No KPI needs attention. 🎉"
    stage.fast_forward("2h")
    assert "OEE of line 1: not read for 2h" in words_of(stage.card("EX-1"))
    assert stage.paged(stage.maria, "EX-1") == 1
    assert stage.maria.types("/andon kpis") == "KPIs that need somebody: 1"
    assert reads(80) == "recorded; suppressed: no rule's condition holds, and nothing was open"
    assert "resolved" in words_of(stage.card("EX-1")).lower()
    assert stage.maria.types("/andon kpis") == "No KPI needs attention. 🎉"


def test_a_plan_that_comes_into_force_misses_what_is_never_read(stage: Stage) -> None:
    stage.fast_forward("2h")
    assert "OEE of line 1: no reading yet for 2h" in words_of(stage.card("EX-1"))


def test_whoever_owns_it_or_may_record_types_a_value_in_and_others_are_refused(stage: Stage) -> None:
    assert "Recorded: OEE of line 1 at 45.5 %" in stage.maria.types("/andon kpi OEE of line 1 45,5 %")
    stage.settle()
    assert "OEE of line 1 at 45.5 %" in words_of(stage.card("EX-1"))
    assert "Recorded" in stage.ana.types("/andon kpi oee 79")
    assert "Only area_manager may record here" in stage.jonas.types("/andon kpi oee 79")
    answer = stage.jonas.person.types("#filling", "/andon kpi oee")
    eventually(lambda: answer.blocks, within=ANSWER_SECONDS, what="Jonas sees how it stands")
    shown = words_of({"blocks": answer.blocks})
    assert "typed in by Ana Souza" in shown
    assert "EX-1" in shown


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("kpi", "Try `/andon kpis`"),
        ("kpi oe", "Did you mean `/andon kpi oee`?"),
        ("kpi nonsense", "No KPI is called “nonsense”. There are: oee"),
        ("kpi oee much", "'much' is not a number; type one such as 61.4. Nothing was recorded."),
        ("kpi oee 1,250", "1,250 can be read two ways; type 1250 or 1.250. Nothing was recorded."),
    ],
)
def test_what_is_not_understood_gets_a_way_out(stage: Stage, typed: str, answer: str) -> None:
    assert answer in stage.maria.types(f"/andon {typed}")
