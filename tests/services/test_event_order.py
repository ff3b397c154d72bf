"""Events of one batch are taken in the order in which they happened, and as they came where that is equal."""

from __future__ import annotations

from bot.services.intake import take_in
from bot.services.judging import judge
from bot.store.database import Database
from tests.cast import NOON, event, plan_in_force


def test_events_of_the_same_moment_are_taken_as_they_came(database_url: str) -> None:
    plan, database = plan_in_force(), Database(database_url)
    batch = [event(subject=f"machine-{number}") for number in range(1, 6)]
    answers = take_in(database, judge(batch, plan), plan=plan, now=NOON)
    assert [answer[0].words for answer in answers] == [f"opened EX-{number}" for number in range(1, 6)]
    database.close()
