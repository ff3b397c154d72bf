"""Text from outside is shown as it was meant to be read, and does nothing else."""

from __future__ import annotations

import pytest

from bot.messages.text import outside
from tests.cast import MARIA, plan_in_force
from tests.rules.plant import PLANT


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("valve <!channel>", "valve &lt;!channel&gt;"),
        ("valve &lt;!channel&gt;", "valve &amp;lt;!channel&amp;gt;"),
        ("cut & fill", "cut &amp; fill"),
        ("do not \u202epots", "do not pots"),
        ("one\x00 \u2066line\u2069\n", "one line"),
    ],
)
def test_it_can_neither_mention_nor_turn_around(said: str, shown: str) -> None:
    assert outside(said) == shown


def test_the_name_of_a_person_mentions_nobody() -> None:
    people = [person | ({"name": "<!here>"} if person["key"] == MARIA else {}) for person in PLANT["people"]]
    assert plan_in_force(people=people).name(MARIA) == "&lt;!here&gt;"
