"""The queue of readings: many requests, one commit, and everybody is answered after it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import timedelta

import pytest

from bot.gathering import QueueStoppedError, drain
from bot.intake_queue import IntakeQueue, ReadingQueue
from bot.services.readings import Receipt, UnknownKpiError, Written
from bot.store.database import PATIENCE_SECONDS, Database, DatabaseUnavailableError
from bot.store.writer_gate import Priority
from rules.kpis import Reading
from tests.handlers.intake.door import PLAN, writer_elsewhere
from tests.rules.plant import NOON

WAIT_SECONDS = 60


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def queue_on(database: Database) -> ReadingQueue:
    return ReadingQueue(database, plan=lambda: PLAN, now=lambda: NOON)


def reading(value: float, *, minutes_ago: float = 1, kpi: str = "oee") -> Reading:
    return Reading(kpi, NOON - timedelta(minutes=minutes_ago), value, "/historian")


def counted_commits(database: Database) -> list[None]:
    commits: list[None] = []
    database.on_commit.append(lambda: commits.append(None))
    return commits


def written(answer: Future[list[Receipt]]) -> list[Written]:
    return [receipt.written for receipt in answer.result(WAIT_SECONDS)]


def test_requests_that_wait_together_are_committed_together_and_each_gets_its_own_answer(
    database: Database,
) -> None:
    commits = counted_commits(database)
    queue = queue_on(database)
    answers = [queue.submit([reading(70 + n, minutes_ago=60 - n)]) for n in range(20)]
    again = queue.submit([reading(70, minutes_ago=60), reading(60, minutes_ago=41)])
    queue.start()
    assert [written(answer) for answer in answers] == [[Written.RECORDED]] * 20
    assert [answer.result()[0].reading.value for answer in answers] == [70 + n for n in range(20)]
    assert written(again) == [Written.DUPLICATE, Written.CORRECTED]
    assert len(commits) == 1
    assert queue.stop(drain_seconds=WAIT_SECONDS)


def test_a_request_for_a_kpi_that_the_plan_has_lost_meanwhile_fails_alone(database: Database) -> None:
    queue = queue_on(database)
    before = queue.submit([reading(75, minutes_ago=3)])
    lost = queue.submit([reading(75, minutes_ago=2), reading(3, kpi="scrap")])
    after = queue.submit([reading(75, minutes_ago=1)])
    queue.start()
    assert written(before) == written(after) == [Written.RECORDED]
    with pytest.raises(UnknownKpiError):
        lost.result(WAIT_SECONDS)
    assert written(queue.submit([reading(75, minutes_ago=2)])) == [Written.RECORDED]
    assert queue.stop(drain_seconds=WAIT_SECONDS)


def test_a_database_that_cannot_be_written_ends_the_wait_and_not_the_queue(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PATIENCE_SECONDS, Priority.INTAKE, 0.2)
    queue = queue_on(database)
    queue.start()
    with writer_elsewhere(database_url):
        refused = queue.submit([reading(61.4)])
        with pytest.raises(DatabaseUnavailableError):
            refused.result(WAIT_SECONDS)
    assert written(queue.submit([reading(61.4)])) == [Written.RECORDED]
    queue.stop(drain_seconds=WAIT_SECONDS)


def test_going_down_takes_in_what_waits_in_every_queue_and_nothing_more(database: Database) -> None:
    events = IntakeQueue(database, plan=lambda: PLAN, now=lambda: NOON)
    readings = queue_on(database)
    answers = [readings.submit([reading(75, minutes_ago=n)]) for n in range(20)]
    for queue in (events, readings):
        queue.start()
    assert drain(events, readings, seconds=WAIT_SECONDS)
    assert all(answer.done() and written(answer) == [Written.RECORDED] for answer in answers)
    with pytest.raises(QueueStoppedError, match="takes no more readings"):
        readings.submit([reading(75)])


def test_a_queue_says_when_it_takes_nothing(database: Database) -> None:
    queue = ReadingQueue(database, plan=lambda: PLAN, now=lambda: NOON, capacity=1)
    assert queue.trouble == "no readings are taken: their queue is not running"
    queue.start()
    assert queue.trouble is None
    queue.stop(drain_seconds=WAIT_SECONDS)
    assert queue.trouble == "no readings are taken: their queue is not running"
