"""`/andon raise …`: call type, place and text are told apart with the plan at hand."""

from __future__ import annotations

import pytest

from bot.services.plan_in_force import PlanInForce
from handlers.commands.raising import split_call
from handlers.raise_form import place_of_channel
from rules.control_plan import ControlPlan
from tests.rules.plant import PLANT

PLAN = PlanInForce.compile(1, ControlPlan.model_validate(PLANT), {})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", {}),
        ("maintenance", {"call_type": "maintenance"}),
        ("Maintenance filler-2", {"call_type": "maintenance", "where": "filler-2"}),
        (
            "maintenance Filler 2 jam at infeed",
            {"call_type": "maintenance", "where": "filler-2", "text": "jam at infeed"},
        ),
        (
            "maintenance line 2: labels: torn",
            {"call_type": "maintenance", "where": "line-2", "text": "labels: torn"},
        ),
        ("filling hall smells of ammonia", {"where": "filling", "text": "smells of ammonia"}),
        ("something is on fire", {"text": "something is on fire"}),
    ],
)
def test_what_the_plan_knows_is_recognised_and_the_rest_is_text(words: str, said: dict[str, str]) -> None:
    assert split_call(words, PLAN) == said


def test_the_channel_of_an_area_is_the_first_guess_for_where() -> None:
    plan = PLAN.index.plan
    assert place_of_channel(plan, name="filling", channel_id="C1") == {"where": "filling"}
    assert place_of_channel(plan, name="general", channel_id="C2") == {}
