"""Planted faults go stale with the code that they break: noticed at once, not in the next long run."""

from __future__ import annotations

import ast
from collections import Counter

from tests.mutants.catalogue import REPOSITORY, catalogue


def test_every_fault_can_still_be_planted_and_is_python() -> None:
    for mutation in catalogue():
        sound = (REPOSITORY / mutation.file).read_text("utf-8")
        planted = mutation.planted_in(sound)
        ast.parse(planted)
        assert planted != sound, mutation.name


def test_no_two_faults_have_the_same_name() -> None:
    assert not [name for name, times in Counter(each.name for each in catalogue()).items() if times > 1]


def test_every_guarantee_has_faults_of_its_own() -> None:
    assert len({each.guarantee for each in catalogue()}) == 7


def test_whoever_is_asked_first_is_there() -> None:
    assert not [each.name for each in catalogue() if not (REPOSITORY / each.ask_first).exists()]
