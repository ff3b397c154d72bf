"""A target: a door of Andon, what is pushed through it, and what must never come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

Answer = str
"""How an input was answered, in a word or two: a status, an outcome, the name of a clear error."""

Feed = Callable[[Any], Answer]


@dataclass(frozen=True)
class Target:
    """One way in.

    `opened` makes what takes inputs; it is kept for a whole run, as in life. `weight` is its share of a run.
    Feeding raises AssertionError, or anything else that is no clear error, where Andon falls short.
    """

    name: str
    inputs: st.SearchStrategy[Any]
    opened: Callable[[], AbstractContextManager[Feed]]
    weight: int = 1


def fuzz(target: Target, inputs: int, *, start: int) -> Counter[Answer]:
    """Push so many inputs through; the answers, counted. `start` is the seed."""
    answers: Counter[Answer] = Counter()
    with target.opened() as feed:

        @seed(start)
        @settings(
            max_examples=inputs,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(target.inputs)
        def push(one: Any) -> None:
            answers[feed(one)] += 1

        push()
    return answers
