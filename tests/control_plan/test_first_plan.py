import pytest

from bot.control_plan import first_plan, load
from bot.control_plan.first_plan import FirstPerson


def test_the_plan_that_init_writes_has_nothing_wrong_with_it() -> None:
    plan = load(first_plan(), file="control-plan.yaml")
    assert [call_type.key for call_type in plan.call_types] == [
        "maintenance",
        "quality",
        "material",
        "safety",
    ]


def test_it_begins_with_the_people_there_are() -> None:
    people = [
        FirstPerson("Åsa Öberg", slack="U0ASA0001"),
        FirstPerson("Åsa Öberg", email="asa@plant.example"),
    ]
    text = first_plan(site='The "Old" Mill: #1', timezone="America/Chicago", channel="#mill", people=people)
    plan = load(text, file="control-plan.yaml")
    assert plan.site.name == 'The "Old" Mill: #1'
    assert plan.areas[0].channel == "#mill"
    assert [(person.name, person.slack, person.email) for person in plan.people] == [
        ("Åsa Öberg", "U0ASA0001", None),
        ("Åsa Öberg", None, "asa@plant.example"),
    ]
    assert "plant_manager" in plan.people[0].roles


@pytest.mark.parametrize("name", ["京都", "@SITE_KEY@", "{{ x }}", "# no comment"])
def test_no_name_breaks_it(name: str) -> None:
    assert (
        load(first_plan(site=name, people=[FirstPerson(name, email="a@b.example")]), file="p").site.name
        == name
    )
