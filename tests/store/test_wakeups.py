from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from bot.store import wakeups
from bot.store.database import Database
from bot.store.wakeups import Subject
from tests.cast import NOON, after

SIGNAL, THREAD = Subject.SIGNAL, Subject.THREAD


@pytest.fixture
def tx(database_url: str) -> Iterator[Connection]:
    """A transaction in which three threads and a signal have their rows."""
    database = Database(database_url)
    with database.engine.connect().execution_options(writes=True) as connection, connection.begin():
        wakeups.create(connection, THREAD, [1, 2, 3])
        wakeups.create(connection, SIGNAL, [1])
        yield connection
    database.close()


def test_a_subject_is_due_once_its_time_has_come(tx: Connection) -> None:
    wakeups.set_due(tx, THREAD, {1: after(5), 2: after(3), 3: None})
    assert wakeups.claim_due(tx, THREAD, after(2), limit=10) == []
    assert wakeups.claim_due(tx, THREAD, after(3), limit=10) == [2]
    assert wakeups.claim_due(tx, THREAD, after(9), limit=10) == [1, 2]


def test_a_small_batch_takes_what_has_waited_longest_and_locks_in_ascending_order(tx: Connection) -> None:
    wakeups.set_due(tx, THREAD, {1: after(5), 2: after(4), 3: after(3)})
    assert wakeups.claim_due(tx, THREAD, after(9), limit=2) == [2, 3]
    assert wakeups.due_refs(tx, THREAD, after(9)) == [3, 2, 1]


def test_a_claim_may_be_narrowed_to_some(tx: Connection) -> None:
    wakeups.set_due(tx, THREAD, {1: NOON, 2: NOON, 3: after(1)})
    assert wakeups.claim_due(tx, THREAD, NOON, limit=10, only=(2, 3)) == [2]


def test_signals_and_threads_of_one_number_are_two_subjects(tx: Connection) -> None:
    wakeups.set_due(tx, SIGNAL, {1: NOON})
    assert wakeups.claim_due(tx, THREAD, NOON, limit=10) == []
    assert wakeups.claim_due(tx, SIGNAL, NOON, limit=10) == [1]


def test_giving_a_subject_its_row_again_changes_nothing(tx: Connection) -> None:
    wakeups.set_due(tx, THREAD, {1: after(5)})
    wakeups.create(tx, THREAD, [1, 2])
    assert wakeups.earliest(tx) == after(5)


def test_the_sweeper_sleeps_until_the_earliest_of_all(tx: Connection) -> None:
    assert wakeups.earliest(tx) is None
    wakeups.set_due(tx, THREAD, {1: after(5)})
    wakeups.set_due(tx, SIGNAL, {1: after(4)})
    assert wakeups.earliest(tx) == after(4)


def test_a_parked_subject_is_shown_with_its_trouble_and_is_not_due_until_its_time(tx: Connection) -> None:
    wakeups.set_due(tx, THREAD, {1: NOON})
    wakeups.park(tx, THREAD, 1, until=after(1), trouble="ValueError: broken" + "!" * 5000)
    ((kind, ref, until, trouble),) = wakeups.parked(tx)
    assert (kind, ref, until, len(trouble)) == ("thread", 1, after(1), 2000)
    assert wakeups.claim_due(tx, THREAD, after(0.5), limit=10) == []
    assert wakeups.claim_due(tx, THREAD, after(1), limit=10) == [1]


def test_troubles_in_a_row_are_counted_until_it_goes_well(tx: Connection) -> None:
    for _ in range(3):
        wakeups.park(tx, THREAD, 1, until=after(1), trouble="broken")
    assert (wakeups.failures(tx, THREAD, 1), wakeups.failures(tx, THREAD, 2)) == (3, 0)
    wakeups.set_due(tx, THREAD, {1: after(2)})
    assert wakeups.failures(tx, THREAD, 1) == 0
    assert wakeups.parked(tx) == []
