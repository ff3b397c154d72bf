"""Whoever sends far too much, or tries tokens, is asked to wait, and nobody else is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.intake import rates
from tests.handlers.intake.door import Door, stopped
from tests.handlers.intake.test_refusals import problem_of


def test_trying_tokens_is_slowed_down_and_the_right_one_still_works(sqlite_door: Door) -> None:
    def tried() -> int:
        return sqlite_door.post(stopped("1"), authorization="Bearer wrong").status_code

    assert {tried() for _ in range(rates.MOST_FAILURES + 1)} == {401}
    answer = sqlite_door.post(stopped("1"), authorization="Bearer wrong")
    assert "Send it again in 1 second." in problem_of(answer, 429)["detail"]
    assert answer.headers["retry-after"] == "1"
    assert sqlite_door.post(stopped("1")).status_code == 200
    sqlite_door.clock.fast_forward(timedelta(seconds=2))
    assert tried() == 401


def test_a_token_that_floods_waits_and_nothing_of_it_is_taken(
    sqlite_door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_door.tokens, "_sent", rates.Rate("Too much", per_second=10, most=20))
    batch = [stopped(str(number)) for number in range(50)]
    assert sqlite_door.post(batch).status_code == 200
    answer = sqlite_door.post(stopped("more"))
    assert answer.headers["retry-after"] == "3"
    assert "nothing of this request was taken" in problem_of(answer, 429)["detail"]
    assert len(sqlite_door.stored()) == 50
    sqlite_door.clock.fast_forward(timedelta(seconds=4))
    assert sqlite_door.post(stopped("more")).status_code == 200
