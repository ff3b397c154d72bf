"""Forms: what they ask, and that nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest

from bot.messages.blocks import Block
from bot.messages.forms import FORMS
from bot.messages.forms.parts import Sheet
from bot.messages.forms.progress import resolution_answers
from bot.messages.forms.raising import raise_form
from bot.messages.forms.ticket import GarbledFormError, Ticket
from rules.control_plan import ControlPlan
from tests.messages.cast import opened
from tests.messages.slack_limits import assert_view_is_accepted
from tests.rules.plant import PLANT

FORM = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
OTHERS = (opened(id=9, title="Line 2 stopped"), opened(id=10, title="Labeller jam"))


@pytest.mark.parametrize("kind", FORMS)
def test_every_form_carries_what_it_is_about(kind: str) -> None:
    view = FORMS[kind](Sheet(opened(), FORM, others=OTHERS))
    assert_view_is_accepted(view)
    assert view["callback_id"] == kind
    assert Ticket.parse(view["private_metadata"]) == Ticket(FORM, 12, 1)


def test_resolving_asks_for_each_item_of_the_definition_of_done() -> None:
    view = FORMS["resolve"](Sheet(opened(), FORM))
    assert [(field["label"]["text"], field["optional"]) for field in _fields(view)] == [
        ("Root cause", False),
        ("Countermeasure", False),
        ("Note", True),
    ]


def test_the_answers_come_back_under_the_names_of_the_definition_of_done() -> None:
    typed = {
        "answer.root_cause": "belt",
        "answer.countermeasure": "new belt",
        "note": " done by night shift ",
    }
    assert resolution_answers(typed) == {
        "root_cause": "belt",
        "countermeasure": "new belt",
        "note": "done by night shift",
    }


def test_a_form_that_must_be_shown_again_keeps_everything_and_says_why() -> None:
    typed = {"for": "30m", "reason": "waiting for the fitter"}
    view = FORMS["snooze"](Sheet(opened(), FORM, typed, warning="Maria acknowledged it."))
    choice, reason = (field["element"] for field in _fields(view))
    assert choice["initial_option"]["value"] == "30m"
    assert reason["initial_value"] == "waiting for the fitter"
    assert view["blocks"][0]["text"]["text"] == "⚠️ Maria acknowledged it."


def test_a_choice_that_is_gone_is_not_chosen_for_anybody() -> None:
    view = FORMS["merge"](Sheet(opened(), FORM, {"into": "77"}, others=OTHERS))
    (choice,) = (field["element"] for field in _fields(view))
    assert "initial_option" not in choice
    assert [option["value"] for option in choice["options"]] == ["9", "10"]


def test_escalating_says_who_will_be_told_before_it_is_sent() -> None:
    view = FORMS["escalate"](Sheet(opened(), FORM, next_names="Ana Silva"))
    assert view["blocks"][1]["text"]["text"].startswith("*Tier 2* is told now: Ana Silva.")


def test_cancelling_says_that_it_cannot_be_undone() -> None:
    view = FORMS["cancel"](Sheet(opened(), FORM))
    assert "cannot be undone" in view["blocks"][1]["text"]["text"]


def test_a_small_plant_chooses_where_from_a_list() -> None:
    view = raise_form(_plan(), FORM, typed={"where": "filler-2", "text": "it leaks"})
    assert_view_is_accepted(view)
    where = _fields(view)[1]["element"]
    assert [group["label"]["text"] for group in where["option_groups"]] == ["Filling hall", "Packaging"]
    assert where["initial_option"]["text"]["text"] == "Filler 2 · Line 2"
    assert _fields(view)[2]["element"]["initial_value"] == "it leaks"


def test_a_large_plant_types_where() -> None:
    units = [{"key": f"pump-{number}", "name": f"Pump {number}"} for number in range(120)]
    centers = [{"key": "farm", "name": "Tank farm", "work_units": units}]
    area = {"key": "tanks", "name": "Tanks", "channel": "#tanks", "work_centers": centers}
    view = raise_form(_plan(areas=[area]), FORM, typed={"where": "Pump 7"})
    assert_view_is_accepted(view)
    assert _fields(view)[1]["element"]["initial_value"] == "Pump 7"


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"form": "x", "thread": "y", "revision": 1}'])
def test_a_form_of_another_version_is_refused_in_words(text: str) -> None:
    with pytest.raises(GarbledFormError, match="open it again"):
        Ticket.parse(text)


def _plan(**changed: Any) -> ControlPlan:
    return ControlPlan.model_validate({**PLANT, **changed})


def _fields(view: Block) -> list[Block]:
    return [block for block in view["blocks"] if block["type"] == "input"]
