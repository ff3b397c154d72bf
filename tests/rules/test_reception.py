import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.reception import Became, Fate, weightiest_first

BECAME = st.builds(Became, st.sampled_from(Fate), st.none() | st.integers(1, 10**9), st.text(max_size=40))


@pytest.mark.parametrize(
    ("became", "words"),
    [
        (Became(Fate.OPENED, 12), "opened EX-12"),
        (Became(Fate.OPENED, 12, "in shadow: nobody is paged"), "opened EX-12: in shadow: nobody is paged"),
        (Became(Fate.APPENDED, 12), "appended to EX-12"),
        (Became(Fate.CLEARED, 12), "cleared EX-12"),
        (Became(Fate.REOPENED, 12), "reopened EX-12"),
        (Became(Fate.SUPPRESSED, detail="2 of 3 in a row"), "suppressed: 2 of 3 in a row"),
        (Became(Fate.TOO_OLD, detail="90 min old"), "too old to page: 90 min old"),
        (Became(Fate.NO_RULE), "no rule"),
        (
            Became(Fate.DUPLICATE, 12, "first time opened EX-12"),
            "duplicate EX-12: first time opened EX-12",
        ),
    ],
)
def test_a_stranger_can_read_what_became_of_an_event(became: Became, words: str) -> None:
    assert became.words == words


@given(BECAME)
def test_what_is_stored_is_read_back(became: Became) -> None:
    assert Became.from_json(became.as_json()) == became
    assert became.words


@given(st.lists(BECAME, max_size=6))
def test_the_first_of_several_consequences_sums_them_up(became: list[Became]) -> None:
    ordered = weightiest_first(became)
    assert sorted(ordered, key=repr) == sorted(became, key=repr)
    weights = [list(Fate).index(one.fate) for one in ordered]
    assert weights == sorted(weights)


def test_opening_weighs_more_than_clearing_and_that_more_than_nothing() -> None:
    nothing, clearing, opening = Became(Fate.SUPPRESSED), Became(Fate.CLEARED, 2), Became(Fate.OPENED, 3)
    assert weightiest_first([nothing, clearing, opening]) == (opening, clearing, nothing)
