import pytest

from rules.plan_index import PlanIndex
from rules.targets import Recipients, recipients
from tests.rules.plant import plan

INDEX = PlanIndex(plan())


def told(*notify: str, owner: str | None = "maria", area: str | None = "filling") -> list[str]:
    found = recipients(notify, owner=owner, area=area, index=INDEX)
    return [*(person.key for person in found.people), *found.channels]


@pytest.mark.parametrize(
    ("target", "reached"),
    [
        ("owner", ["maria"]),
        ("team_lead", ["maria", "claire"]),
        ("team_lead@area", ["maria", "claire"]),
        ("team_lead@packaging", ["jonas", "claire"]),
        ("shift_lead", ["fatima"]),
        ("@jonas", ["jonas"]),
        ("#escalations", ["#escalations"]),
        ("C012AB3CD", ["C012AB3CD"]),
        ("nobody_holds_this", []),
        ("@left-the-company", []),
    ],
)
def test_a_target_reaches(target: str, reached: list[str]) -> None:
    assert told(target) == reached


def test_everybody_is_told_once_in_the_order_of_the_targets() -> None:
    assert told("@claire", "owner", "team_lead", "#a", "#b", "#a") == ["claire", "maria", "#a", "#b"]


def test_without_an_owner_the_owner_is_nobody() -> None:
    assert told("owner", owner=None) == []
    assert not Recipients()


def test_outside_every_area_whoever_holds_the_role_anywhere_is_asked() -> None:
    assert told("team_lead", area=None) == ["claire", "maria", "jonas"]
