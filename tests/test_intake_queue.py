"""The intake queue: many requests, one commit, and everybody is answered after it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import pytest

from bot.gathering import QueueFullError, QueueStoppedError
from bot.intake_queue import IntakeQueue
from bot.services.judging import Judgement
from bot.services.plan_in_force import PlanInForce
from bot.store.database import PATIENCE_SECONDS, Database, DatabaseUnavailableError
from bot.store.writer_gate import Priority
from rules.events import Event
from tests.handlers.intake.door import writer_elsewhere
from tests.rules.plant import NOON, plan, rule

WAIT_SECONDS = 60
_MILLISECONDS = itertools.count()
PLAN = PlanInForce.compile(1, plan(rule(**{"for": "0s"})), {})


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def queue_on(database: Database, **bounds: int) -> IntakeQueue:
    return IntakeQueue(database, plan=lambda: PLAN, now=lambda: NOON, **bounds)


def stopped(event_id: str, **data: Any) -> Event:
    """A filler of its own stops, a millisecond after the one before."""
    time = NOON - timedelta(minutes=1) + timedelta(milliseconds=next(_MILLISECONDS))
    data = {"state": "DOWN", "reason": "jam", **data}
    return Event(event_id, "/mes", "machine.state", f"filler-{event_id}", time, data)


def counted_commits(database: Database) -> list[None]:
    commits: list[None] = []
    database.on_commit.append(lambda: commits.append(None))
    return commits


def words(answer: Future[list[Judgement]]) -> list[str]:
    return [judgement[0].words for judgement in answer.result(WAIT_SECONDS)]


def test_requests_that_wait_together_are_committed_together(database: Database) -> None:
    commits = counted_commits(database)
    queue = queue_on(database)
    answers = [queue.submit([stopped(f"{number}"), stopped(f"{number}")]) for number in range(50)]
    queue.start()
    for number, answer in enumerate(answers, start=1):
        opened = f"opened EX-{number}"
        assert words(answer) == [opened, f"duplicate EX-{number}: first time {opened}"]
    assert len(commits) == 1
    assert queue.stop(drain_seconds=WAIT_SECONDS)


def test_one_transaction_takes_no_more_than_a_batch(database: Database) -> None:
    commits = counted_commits(database)
    queue = queue_on(database, batch=4)
    sizes = [3, 2, 6, 1]
    answers = [queue.submit([stopped(f"{size}-{n}") for n in range(size)]) for size in sizes]
    queue.start()
    assert [len(words(answer)) for answer in answers] == sizes
    assert len(commits) == 4
    queue.stop(drain_seconds=WAIT_SECONDS)


def test_a_full_queue_says_so_at_once_and_what_waits_is_kept(database: Database) -> None:
    queue = queue_on(database, capacity=2)
    kept = queue.submit([stopped("1"), stopped("2")])
    with pytest.raises(QueueFullError, match="2 events are waiting already"):
        queue.submit([stopped("3")])
    queue.start()
    assert words(kept) == ["opened EX-1", "opened EX-2"]
    assert words(queue.submit([stopped("3")])) == ["opened EX-3"]
    queue.stop(drain_seconds=WAIT_SECONDS)


def test_a_poisoned_request_fails_alone(database: Database) -> None:
    queue = queue_on(database)
    before = queue.submit([stopped("1")])
    poisoned = queue.submit([stopped("2", reason=object())])
    after = queue.submit([stopped("3")])
    queue.start()
    assert words(before)[0].startswith("opened EX-")
    with pytest.raises(TypeError):
        poisoned.result(WAIT_SECONDS)
    assert words(after)[0].startswith("opened EX-")
    assert queue.stop(drain_seconds=WAIT_SECONDS)


def test_a_database_that_cannot_be_written_ends_the_wait_and_not_the_queue(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PATIENCE_SECONDS, Priority.INTAKE, 0.2)
    queue = queue_on(database)
    queue.start()
    with writer_elsewhere(database_url):
        refused = queue.submit([stopped("1")])
        with pytest.raises(DatabaseUnavailableError):
            refused.result(WAIT_SECONDS)
    assert words(queue.submit([stopped("1")])) == ["opened EX-1"]
    queue.stop(drain_seconds=WAIT_SECONDS)


def test_going_down_takes_in_what_waits_and_nothing_more(database: Database) -> None:
    queue = queue_on(database)
    answers = [queue.submit([stopped(f"{number}")]) for number in range(20)]
    queue.start()
    assert queue.stop(drain_seconds=WAIT_SECONDS)
    assert all(answer.done() and words(answer)[0].startswith("opened") for answer in answers)
    with pytest.raises(QueueStoppedError):
        queue.submit([stopped("late")])


def test_what_could_not_be_drained_in_time_is_told_so(database: Database) -> None:
    queue = queue_on(database)
    never_taken = queue.submit([stopped("1")])
    assert not queue.stop(drain_seconds=0)
    with pytest.raises(QueueStoppedError):
        never_taken.result(WAIT_SECONDS)


def test_an_answer_cannot_be_cancelled_by_who_hangs_up(database: Database) -> None:
    queue = queue_on(database)
    answer = queue.submit([stopped("1")])
    assert not answer.cancel()
    queue.start()
    assert words(answer) == ["opened EX-1"]
    queue.stop(drain_seconds=WAIT_SECONDS)
