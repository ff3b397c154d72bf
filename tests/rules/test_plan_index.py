from datetime import timedelta

import pytest

from rules.plan_index import PlanIndex
from tests.rules.plant import plan, rule

INDEX = PlanIndex(plan(rule()))


@pytest.mark.parametrize(
    ("at", "equipment", "name"),
    [
        ("filler-2", "filler-2", "Filler 2 · Line 2"),
        ("FILLER_2", "filler-2", "Filler 2 · Line 2"),
        ("  Filler 2 ", "filler-2", "Filler 2 · Line 2"),
        ("plc3.fil02", "filler-2", "Filler 2 · Line 2"),
        ("riverside/filling/line-2/filler-2", "filler-2", "Filler 2 · Line 2"),
        ("riverside/filling/line-2/filler-2/motor/temperature", "filler-2", "Filler 2 · Line 2"),
        ("ns=2;s=Riverside.L2.Speed", "line-2", "Line 2"),
        ("enterprise/line-2/unknown", "line-2", "Line 2"),
        ("L2", "line-2", "Line 2"),
        ("filling", "filling", "Filling hall"),
        ("Filling hall", "filling", "Filling hall"),
    ],
)
def test_a_place_is_found_by_whatever_it_is_called(at: str, equipment: str, name: str) -> None:
    place = INDEX.place(at)
    assert (place.equipment, place.name, place.area, place.channel) == (
        equipment,
        name,
        "filling",
        "#filling",
    )
    assert place.mapped


@pytest.mark.parametrize("at", ["oven-7", "", "/", "riverside", "x" * 10_000])
def test_an_unknown_place_belongs_to_the_catch_all(at: str) -> None:
    place = INDEX.place(at)
    assert not place.mapped
    assert (place.area, place.channel, place.equipment, place.name) == (None, "#control-room", at, at)


@pytest.mark.parametrize(
    ("owner", "area", "person"),
    [
        ("team_lead", "filling", "maria"),
        ("team_lead", "packaging", "jonas"),
        ("team_lead@packaging", "filling", "jonas"),
        ("@claire", "filling", "claire"),
        ("nobody_holds_this", "filling", "fatima"),
        ("team_lead", None, "claire"),
    ],
)
def test_somebody_is_always_accountable(owner: str, area: str | None, person: str) -> None:
    found = INDEX.owner_for(owner, area)
    assert found is not None
    assert found.key == person


def test_each_source_has_its_own_age_limit() -> None:
    assert INDEX.max_age("/historian/tags") == timedelta(minutes=15)
    assert INDEX.max_age("/mes") == timedelta(hours=1)


def test_what_the_plan_does_not_know_is_none() -> None:
    assert INDEX.person("nobody") is None
    assert INDEX.policy("none") is None
    assert INDEX.rule("none") is None
    assert INDEX.rule("line-down") == rule()
