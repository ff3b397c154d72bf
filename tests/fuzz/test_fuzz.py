"""A few inputs through every door; `make fuzz INPUTS=100000` pushes more."""

from __future__ import annotations

import pytest

from tests.fuzz.target import Target, fuzz
from tests.fuzz.targets import TARGETS

INPUTS = 25


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: str(target.name))
def test_nothing_that_comes_in_makes_andon_fail(target: Target) -> None:
    answers = fuzz(target, INPUTS, start=20260302)
    assert answers.total() >= INPUTS
