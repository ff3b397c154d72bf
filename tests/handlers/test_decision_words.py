"""`/andon decide …`: the KPI and the words are told apart with the plan at hand."""

from __future__ import annotations

import pytest

from bot.services.plan_in_force import PlanInForce
from handlers.commands.deciding import split_decision
from rules.control_plan import ControlPlan
from tests.rules.plant import PLANT

OTHERS = [
    {"key": "oee-line-2", "name": "OEE of line 2", "unit": "%", "direction": "higher"},
    {"key": "scrap", "name": "Scrap", "unit": "kg", "direction": "lower"},
]
KPIS = [*PLANT["kpis"], *({**each, "target": 70, "owner": "plant_manager"} for each in OTHERS)]
PLAN = PlanInForce.compile(1, ControlPlan.model_validate({**PLANT, "kpis": KPIS}), {})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", {}),
        ("oee", {"kpi": "oee"}),
        ("OEE: run two shifts", {"kpi": "oee", "decision": "run two shifts"}),
        ("oee-line-2 run two shifts", {"kpi": "oee-line-2", "decision": "run two shifts"}),
        ("OEE of line 2, run two shifts", {"kpi": "oee-line-2", "decision": "run two shifts"}),
        ("scrapping the old filler", {"decision": "scrapping the old filler"}),
        ("run two shifts for oee", {"decision": "run two shifts for oee"}),
    ],
)
def test_a_kpi_that_comes_first_is_recognised_and_the_rest_is_text(words: str, said: dict[str, str]) -> None:
    assert split_decision(words, PLAN) == said
