"""Two replicas on one PostgreSQL get in each other's way, and nothing is lost or done twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text

from bot.services import presses
from bot.services.recording import record
from bot.store import exception_threads, wakeups
from bot.store.wakeups import Subject
from bot.store.writer_gate import Priority
from rules import lifecycle
from rules.delivery import Purpose
from rules.escalation import ring
from rules.exception_threads import FactKind, State
from rules.lifecycle import LifecycleError
from rules.reception import Fate
from tests.cast import CLAIRE, FATIMA, MARIA, after, event
from tests.services.floor import Floor

Replicas = tuple[Floor, Floor]
DEADLINE = 60.0


@pytest.fixture
def at_once() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


@contextmanager
def holding(floor: Floor, *threads: int) -> Iterator[None]:
    """Somebody else is busy with these threads."""
    with floor.database.engine.begin() as tx:
        wakeups.lock(tx, Subject.THREAD, threads)
        yield


def wait_for_writers(floor: Floor, number: int) -> None:
    """Until so many transactions queue for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        with floor.database.reading() as tx:
            if tx.execute(waiting).scalar_one() >= number:
                return
        threading.Event().wait(0.01)
    raise AssertionError(f"{number} writers never came to wait")


def merge(floor: Floor, number: int, into: int) -> None:
    presses.merge(floor.database, number, by=CLAIRE, seen=None, into=into, plan=floor.plan, now=floor.now)


def test_the_same_fingerprint_from_both_at_once_opens_one_thread(
    two_replicas: Replicas, at_once: ThreadPoolExecutor
) -> None:
    together = threading.Barrier(8)

    def hear(floor: Floor) -> tuple[Fate, int | None]:
        together.wait(DEADLINE)
        return floor.hears()

    heard = list(at_once.map(hear, two_replicas * 4))
    assert sorted(heard) == [(Fate.APPENDED, 1)] * 7 + [(Fate.OPENED, 1)]
    assert two_replicas[0].thread().occurrences == 8


def test_the_same_event_to_both_at_once_is_one_event(
    two_replicas: Replicas, at_once: ThreadPoolExecutor
) -> None:
    together = threading.Barrier(8)

    def hear(floor: Floor) -> tuple[Fate, int | None]:
        together.wait(DEADLINE)
        return floor.hears(id="a")

    heard = list(at_once.map(hear, two_replicas * 4))
    assert sorted(heard) == [(Fate.DUPLICATE, 1)] * 7 + [(Fate.OPENED, 1)]
    assert two_replicas[0].thread().occurrences == 1


def test_batches_that_overlap_in_opposite_order_both_get_in(
    two_replicas: Replicas, at_once: ThreadPoolExecutor
) -> None:
    first, second = two_replicas
    batch = [event(id=f"e{n}", subject=f"robot-{n}") for n in range(40)]
    answers = [at_once.submit(first.takes, batch), at_once.submit(second.takes, batch[::-1])]
    fates = [judgement[0].fate for answer in answers for judgement in answer.result(DEADLINE)]
    assert sorted(fates) == [Fate.DUPLICATE] * 40 + [Fate.OPENED] * 40


def test_of_two_who_acknowledge_at_once_one_wins_and_the_other_is_told(
    two_replicas: Replicas, at_once: ThreadPoolExecutor
) -> None:
    first, second = two_replicas
    first.hears()

    def acknowledge(floor: Floor, by: str) -> str:
        try:
            presses.acknowledge(floor.database, 1, by=by, seen=1, plan=floor.plan, now=floor.now)
        except LifecycleError as refusal:
            return str(refusal)
        return by

    with holding(first, 1):
        pressed = [at_once.submit(acknowledge, first, MARIA), at_once.submit(acknowledge, second, FATIMA)]
        wait_for_writers(first, 2)
    said = {each.result(DEADLINE) for each in pressed}
    owner = first.thread().owner
    assert said == {owner, "EX-1 is acknowledged already; nothing was changed."}
    assert first.kinds() == [FactKind.OPENED, FactKind.ACKNOWLEDGED]


def test_an_event_finds_the_survivor_of_a_merge_that_came_first_by_a_hair(
    two_replicas: Replicas, at_once: ThreadPoolExecutor
) -> None:
    first, second = two_replicas
    first.hears()
    first.hears(subject="line-2")
    with holding(first, 1):
        merging = at_once.submit(merge, first, 1, 2)
        wait_for_writers(first, 1)
        hearing: Future[tuple[Fate, int | None]] = at_once.submit(second.hears)
        wait_for_writers(first, 2)
    merging.result(DEADLINE)
    assert hearing.result(DEADLINE) == (Fate.APPENDED, 2)
    assert first.thread(2).occurrences == 3


def test_an_event_opens_a_new_thread_when_a_cancel_came_first_by_a_hair(
    two_replicas: Replicas, at_once: ThreadPoolExecutor
) -> None:
    first, second = two_replicas
    first.hears()

    def cancel() -> None:
        presses.cancel(first.database, 1, by=CLAIRE, seen=1, reason="a drill", plan=first.plan, now=first.now)

    with holding(first, 1):
        cancelling = at_once.submit(cancel)
        wait_for_writers(first, 1)
        hearing = at_once.submit(second.hears)
        wait_for_writers(first, 2)
    cancelling.result(DEADLINE)
    assert hearing.result(DEADLINE) == (Fate.OPENED, 2)


def test_what_one_has_claimed_the_other_leaves_alone(two_replicas: Replicas) -> None:
    first, second = two_replicas
    for subject in ("filler-2", "line-2", "packaging"):
        first.hears(subject=subject)
    with first.database.engine.begin() as tx:
        assert wakeups.claim_due(tx, Subject.THREAD, after(5), limit=2) == [1, 2]
        second.waits(after(5))
        assert [second.thread(number).tier for number in (1, 2, 3)] == [0, 0, 1]
    second.waits(after(5.1))
    assert [second.thread(number).tier for number in (1, 2, 3)] == [1, 1, 1]


def test_both_sweepers_at_once_climb_one_tier(two_replicas: Replicas, at_once: ThreadPoolExecutor) -> None:
    for number in range(60):
        two_replicas[0].hears(subject=f"robot-{number}")

    def sweep(floor: Floor) -> None:
        floor.waits(after(5))

    list(at_once.map(sweep, two_replicas * 2))
    tiers = {two_replicas[0].thread(number).tier for number in range(1, 61)}
    assert tiers == {1}


def test_a_card_is_not_claimed_while_somebody_changes_what_it_shows(
    two_replicas: Replicas, at_once: ThreadPoolExecutor
) -> None:
    first, second = two_replicas
    first.hears()

    def press(tx: Connection) -> int:
        thread = exception_threads.held(tx, (1,))[1]
        change = lifecycle.acknowledge(thread, by=FATIMA, seen=1, now=first.now)
        record(tx, [(thread, change)], plan=first.plan, now=first.now)
        return len(at_once.submit(second.claims).result(DEADLINE))

    assert first.database.write(press, Priority.PRESS) == 0
    cards = [parcel for parcel in second.claims() if parcel.row.purpose is Purpose.CARD]
    assert [parcel.thread.state for parcel in cards if parcel.thread] == [State.ACKNOWLEDGED]


def test_catch_up_notes_of_two_sweepers_at_once_become_one_that_lists_all(
    two_replicas: Replicas, at_once: ThreadPoolExecutor
) -> None:
    first, second = two_replicas
    first.hears()
    first.hears(subject="line-2")
    first.now = after(600)

    def ring_one(tx: Connection) -> Future[None]:
        thread = exception_threads.held(tx, (1,))[1]
        record(tx, [(thread, ring(thread, first.now))], plan=first.plan, now=first.now)
        ringing = at_once.submit(second.waits, after(600))
        wait_for_writers(first, 1)
        return ringing

    first.database.write(ring_one, Priority.CLOCK).result(DEADLINE)
    (note,) = first.rows(Purpose.DIRECT)
    assert note.body is not None
    assert [line["thread_id"] for line in note.body["catch_up"]] == [1, 2]
