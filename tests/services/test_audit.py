"""The audit on both databases: sealed by whoever is there, true after tampering, forgetting and pruning."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, select, text, update

from bot.services import audit_sealing
from bot.services.audit_log import Examined, PrunedCheckpointError, examine, show, subject_of, tell
from bot.services.audit_notes import note
from bot.services.audit_sealing import NoCheckpointError, NothingToSealError, make_checkpoint, prune, seal_all
from bot.services.auditing import audit
from bot.services.forgetting import Forgotten, UnknownToAuditError, forget
from bot.services.people import PermissionDeniedError
from bot.store import audit_entries as audit_store
from bot.store import audit_people
from bot.store.audit_tables import audit_entries
from bot.store.audit_tables import audit_people as people_table
from bot.store.engine import RacedError
from bot.store.writer_gate import Priority
from rules.audit_chain import Checkpoint, Flaw, seal
from rules.audit_entries import Someone, Through, What
from rules.auditing import PATIENCE, Fault, Finding
from tests.cast import CLAIRE, JONAS, MARIA, NOON, minutes
from tests.services.floor import Floor

Replicas = tuple[Floor, Floor]
DEADLINE = 30.0


def noted(tx: Connection, number: int = 1, *, by: str = MARIA, why: str = "") -> None:
    """Somebody does something to an exception, so many minutes after noon."""
    about, now = f"EX-{number}", NOON + minutes(number)
    note(tx, What.EXCEPTION_CANCELLED, about, by=by, through=Through.SLACK, now=now, why=why)


def note_some(floor: Floor, count: int, *, start: int = 1, by: str = MARIA, why: str = "") -> None:
    def work(tx: Connection) -> None:
        for number in range(start, start + count):
            noted(tx, number, by=by, why=why)

    floor.database.write(work, Priority.PRESS)


def by_hand(floor: Floor, *statements: object) -> None:
    """Somebody who may do everything in the database does something there."""
    with floor.database.engine.begin() as tx:
        for statement in statements:
            tx.execute(statement)  # type: ignore[call-overload] # whatever a console takes


def doubled(floor: Floor, times: int) -> None:
    """The same again and again, faster than one by one."""
    columns = "at, who, through, what, about, change"
    again = f"INSERT INTO audit_entries ({columns}) SELECT {columns} FROM audit_entries"
    by_hand(floor, *[text(again)] * times)


def subjects(floor: Floor) -> list[str]:
    """In the order of the chain."""
    query = select(audit_entries.c.about).where(audit_entries.c.number.is_not(None))
    with floor.database.reading() as tx:
        return list(tx.execute(query.order_by(audit_entries.c.number)).scalars())


def blame(examined: Examined) -> tuple[int, Flaw] | None:
    broken = examined.verdict.broken
    return (broken.number, broken.flaw) if broken else None


def checked(floor: Floor) -> tuple[int, int]:
    """How many entries hold and how many wait; nothing is broken."""
    examined = examine(floor.database)
    assert examined.verdict.broken is None
    return examined.verdict.checked, examined.waiting


def pinned(floor: Floor) -> Checkpoint:
    return make_checkpoint(floor.database, by="ana", now=floor.now)


def test_what_was_noted_is_sealed_in_the_background_in_its_order(floor: Floor) -> None:
    note_some(floor, 3)
    assert checked(floor) == (0, 3)
    assert seal_all(floor.database) == 3
    assert (checked(floor), subjects(floor)) == ((3, 0), ["EX-1", "EX-2", "EX-3"])
    assert seal_all(floor.database) == 0


def test_the_chain_goes_on_where_it_ended(floor: Floor) -> None:
    for start in (1, 4, 7):
        note_some(floor, 3, start=start)
        seal_all(floor.database)
    assert checked(floor) == (9, 0)


def test_more_than_a_batch_is_sealed_at_once(floor: Floor) -> None:
    note_some(floor, 1)
    doubled(floor, 9)
    assert seal_all(floor.database) == 512 > audit_sealing.BATCH
    assert checked(floor) == (512, 0)


def test_an_entry_whose_transaction_commits_late_is_sealed_late_and_not_lost(two_replicas: Replicas) -> None:
    first, second = two_replicas
    note_some(first, 1)
    with first.database.engine.begin() as late:
        noted(late, 2)
        note_some(second, 1, start=3)
        assert seal_all(second.database) == 2
    assert seal_all(second.database) == 1
    assert subjects(first) == ["EX-1", "EX-3", "EX-2"]
    assert checked(first) == (3, 0)


def test_two_replicas_that_seal_while_others_write_make_one_chain(two_replicas: Replicas) -> None:
    together = threading.Barrier(6)

    def write(floor: Floor, start: int) -> None:
        together.wait(DEADLINE)
        for number in range(start, start + 40):
            note_some(floor, 1, start=number)

    def seal(floor: Floor) -> None:
        together.wait(DEADLINE)
        for _ in range(25):
            audit_sealing.seal_batch(floor.database, limit=7)

    with ThreadPoolExecutor(6) as pool:
        writing = [pool.submit(write, floor, 1000 * n) for n, floor in enumerate(two_replicas, 1)]
        sealing = [pool.submit(seal, floor) for floor in two_replicas * 2]
        for each in (*writing, *sealing):
            each.result(DEADLINE)
    seal_all(two_replicas[0].database)
    assert checked(two_replicas[0]) == (80, 0)
    assert len(set(subjects(two_replicas[0]))) == 80


@pytest.mark.parametrize("number", [1, 2])
def test_of_two_who_seal_without_taking_turns_one_begins_anew(floor: Floor, number: int) -> None:
    note_some(floor, 1)
    seal_all(floor.database)
    note_some(floor, 1, start=2)
    with floor.database.engine.begin() as tx:
        (waiting,) = audit_store.unsealed(tx, 10)
        first = next(seal([waiting.entry], onto=Checkpoint(number - 1, "0" * 64)))
        if number == 2:
            audit_store.seal(tx, [(waiting.id, first)])
        with pytest.raises(RacedError):
            audit_store.seal(tx, [(waiting.id, first)])


def test_nobody_who_writes_waits_for_a_sealer(two_replicas: Replicas) -> None:
    first, second = two_replicas
    note_some(first, 3)
    with first.database.engine.begin() as sealing:
        sealing.execute(text("SET LOCAL lock_timeout = 1"))
        audit_store.take_turn(sealing)
        sealing.execute(select(audit_entries).with_for_update())
        note_some(second, 1, start=4)
    assert seal_all(second.database) == 4


def test_two_who_act_for_the_first_time_at_once_are_one_person(two_replicas: Replicas) -> None:
    together = threading.Barrier(8)

    def act(floor: Floor, number: int) -> None:
        together.wait(DEADLINE)
        note_some(floor, 1, start=number)

    with ThreadPoolExecutor(8) as pool:
        for each in [pool.submit(act, floor, n) for n, floor in enumerate(two_replicas * 4, 1)]:
            each.result(DEADLINE)
    assert {entry.who for entry in tell(two_replicas[0].database)} == {Someone(MARIA)}
    with two_replicas[0].database.reading() as tx:
        assert len(audit_people.everybody(tx)) == 1


SECOND = audit_entries.c.number == 2
COPY = text(
    "INSERT INTO audit_entries (at, who, through, what, about, change, number, previous, link, form) "
    "SELECT at, who, through, what, 'EX-99', change, 3, previous, link, form FROM audit_entries "
    "WHERE number = 2"
)


def shifted(by: int, behind: int) -> list[object]:
    """Renumber what stands behind a place, out of each other's way."""
    away = update(audit_entries).where(audit_entries.c.number > behind)
    back = update(audit_entries).where(audit_entries.c.number > 100)
    return [
        away.values(number=audit_entries.c.number + 100 + by),
        back.values(number=audit_entries.c.number - 100),
    ]


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        ([update(audit_entries).where(SECOND).values(who="p-0")], (2, Flaw.CHANGED)),
        ([update(audit_entries).where(SECOND).values(at=NOON)], (2, Flaw.CHANGED)),
        ([update(audit_entries).where(SECOND).values(why="a drill")], (2, Flaw.CHANGED)),
        ([update(audit_entries).where(SECOND).values(link="0" * 64)], (2, Flaw.CHANGED)),
        ([delete(audit_entries).where(SECOND)], (2, Flaw.MISSING)),
        ([update(audit_entries).where(SECOND).values(number=None)], (2, Flaw.MISSING)),
        ([*shifted(1, behind=2), COPY], (3, Flaw.INSERTED)),
        (
            [
                update(audit_entries).where(SECOND).values(number=99),
                update(audit_entries).where(audit_entries.c.number == 4).values(number=2),
                update(audit_entries).where(audit_entries.c.number == 99).values(number=4),
            ],
            (2, Flaw.REORDERED),
        ),
        ([delete(audit_entries).where(audit_entries.c.number > 3)], (4, Flaw.CUT_OFF)),
    ],
    ids=["who", "when", "why", "link", "delete", "unseal", "insert", "reorder", "cut"],
)
def test_whoever_changes_the_database_by_hand_is_found_out(
    floor: Floor, statements: Sequence[object], named: tuple[int, Flaw]
) -> None:
    note_some(floor, 5)
    point = pinned(floor)
    by_hand(floor, *statements)
    assert blame(examine(floor.database)) == named
    assert blame(examine(floor.database, [point])) == named


def test_a_chain_made_anew_is_whole_until_it_is_compared_with_a_checkpoint_from_elsewhere(
    floor: Floor,
) -> None:
    note_some(floor, 5)
    point = pinned(floor)
    nothing = {"number": None, "previous": None, "link": None}
    by_hand(floor, delete(audit_entries).where(SECOND), update(audit_entries).values(nothing))
    by_hand(floor, text("DELETE FROM audit_checkpoints"))
    seal_all(floor.database)
    assert blame(examine(floor.database)) is None
    assert blame(examine(floor.database, [point])) == (5, Flaw.REWRITTEN)


def test_a_person_who_was_forgotten_leaves_entries_that_still_verify(floor: Floor) -> None:
    note_some(floor, 2, why="no parts")
    note_some(floor, 1, start=3, by=JONAS, why="MARIA asked for it")
    seal_all(floor.database)
    done = forgotten(floor)
    assert (done.entries, done.erased, done.reasons) == (2, 1, 2)
    seal_all(floor.database)
    examined = examine(floor.database)
    assert (blame(examined), examined.verdict.erased) == (None, 1)
    newest, *others = tell(floor.database)
    assert (newest.what, newest.about) == ("person.forgotten", done.pseudonym)
    assert [entry.who for entry in others] == [Someone(JONAS), *[Someone(done.pseudonym)] * 2]
    assert [entry.why for entry in others] == [None, "no parts", "no parts"]


def forgotten(floor: Floor, person: str = MARIA, *, with_reasons: bool = False) -> Forgotten:
    return forget(
        floor.database, person, names=["Maria Jansen"], with_reasons=with_reasons, by="ana", now=floor.now
    )


def test_nothing_in_the_audit_tells_who_was_forgotten(floor: Floor) -> None:
    note_some(floor, 1, why="Maria Jansen was here")
    forgotten(floor)
    with floor.database.reading() as tx:
        left = str(tx.execute(select(audit_entries)).all()) + str(tx.execute(select(people_table)).all())
    assert MARIA not in left.casefold()


def test_whoever_was_forgotten_and_acts_again_is_somebody_new(floor: Floor) -> None:
    note_some(floor, 1)
    done = forgotten(floor)
    note_some(floor, 1, start=2)
    assert [entry.about for entry in tell(floor.database, by=MARIA)] == ["EX-2"]
    assert [entry.about for entry in tell(floor.database, by=done.pseudonym)] == ["EX-1"]


def test_reasons_can_be_erased_with_their_author_also_afterwards(floor: Floor) -> None:
    note_some(floor, 2, why="no parts")
    done = forgotten(floor)
    again = forgotten(floor, done.pseudonym, with_reasons=True)
    assert (again.erased, again.reasons) == (2, 0)
    seal_all(floor.database)
    assert checked(floor) == (4, 0)


def test_nobody_can_forget_somebody_who_did_nothing(floor: Floor) -> None:
    note_some(floor, 1)
    with pytest.raises(UnknownToAuditError, match="knows no 'mari', so nothing was changed; did you mean"):
        forgotten(floor, "mari")


def test_what_is_old_is_pruned_up_to_a_checkpoint_and_the_rest_still_verifies(floor: Floor) -> None:
    note_some(floor, 4)
    point = pinned(floor)
    note_some(floor, 3, start=5)
    seal_all(floor.database)
    base, gone = prune(
        floor.database, before=NOON + minutes(30), by="ana", why="kept for a year", now=NOON + minutes(40)
    )
    assert (base, gone) == (point, 4)
    assert [entry.about for entry in tell(floor.database)][:2] == ["entries up to 4", "EX-7"]
    seal_all(floor.database)
    assert checked(floor) == (5, 0)
    assert examine(floor.database, [point]).base == point
    assert blame(examine(floor.database, [Checkpoint(4, "a" * 64)])) == (4, Flaw.REWRITTEN)
    with pytest.raises(PrunedCheckpointError, match="begins behind 4"):
        examine(floor.database, [Checkpoint(3, "a" * 64)])


def test_a_chain_that_was_pruned_whole_goes_on_from_its_checkpoint(floor: Floor) -> None:
    note_some(floor, 2)
    pinned(floor)
    prune(floor.database, before=NOON + minutes(2.5), by="ana", why="old", now=floor.now)
    by_hand(floor, delete(audit_entries).where(audit_entries.c.number.is_(None)))
    note_some(floor, 1, start=3)
    seal_all(floor.database)
    assert checked(floor) == (1, 0)
    assert subjects(floor) == ["EX-3"]


def test_without_a_checkpoint_among_what_is_old_nothing_is_pruned(floor: Floor) -> None:
    with pytest.raises(NothingToSealError, match="nothing to pin"):
        pinned(floor)
    note_some(floor, 4)
    pinned(floor)
    for minute in (0, 4):
        with pytest.raises(NoCheckpointError, match="nothing was pruned"):
            prune(floor.database, before=NOON + minutes(minute), by="ana", why="old", now=floor.now)
    seal_all(floor.database)
    assert checked(floor) == (5, 0)


def test_a_checkpoint_covers_what_was_noted_up_to_now(floor: Floor) -> None:
    note_some(floor, 4)
    assert pinned(floor).number == 4


def finds(floor: Floor) -> list[Finding]:
    return list(audit(floor.database, plan=floor.plan, now=floor.now))


def test_the_auditor_tells_of_entries_that_nobody_seals(floor: Floor) -> None:
    note_some(floor, 2)
    floor.now = NOON + PATIENCE
    assert finds(floor) == []
    floor.now += minutes(1.5)
    assert finds(floor) == [Finding(Fault.UNSEALED_ENTRY, (1,))]
    assert floor.thread().title.startswith("Entries of the audit have waited too long for their seal: rows 1")
    seal_all(floor.database)
    assert finds(floor) == []


@pytest.mark.parametrize("length", [4, 256])
def test_the_auditor_tells_of_a_chain_that_is_broken_near_its_end(floor: Floor, length: int) -> None:
    note_some(floor, 4)
    doubled(floor, (length // 4).bit_length() - 1)
    seal_all(floor.database)
    assert finds(floor) == []
    by_hand(floor, update(audit_entries).where(audit_entries.c.number == length - 2).values(who="p-0"))
    assert finds(floor) == [Finding(Fault.BROKEN_CHAIN, (length - 2,))]
    assert f"does not hold at entry {length - 2}" in floor.thread().title


def test_the_auditor_misses_a_tail_that_a_checkpoint_knows_of(floor: Floor) -> None:
    note_some(floor, 5)
    pinned(floor)
    by_hand(floor, delete(audit_entries).where(audit_entries.c.id > 3))
    assert finds(floor) == [Finding(Fault.BROKEN_CHAIN, (4,))]


def test_entries_are_found_by_subject_kind_person_and_time(floor: Floor) -> None:
    note_some(floor, 12, by=CLAIRE)
    now = NOON + timedelta(days=1)

    def apply(tx: Connection) -> None:
        for version in (4, 5):
            about = f"plan version {version}"
            note(tx, What.PLAN_APPLIED, about, by="user:ana", through=Through.CLI, now=now)
            note(tx, What.PLAN_APPLIED, "planet 100%", by=None, through=Through.BOT, now=now)

    floor.database.write(apply, Priority.PRESS)
    told: Callable[..., list[str]] = lambda **asked: [each.about for each in tell(floor.database, **asked)]  # noqa: E731 - told as a word
    assert told(about="ex 1") == ["EX-1"]
    assert told(about="plan") == ["plan version 5", "plan version 4"]
    assert told(about="planet 100%") == ["planet 100%"] * 2
    assert told(by="ana") == ["plan version 5", "plan version 4"]
    assert len(told(by=CLAIRE, limit=5)) == 5
    assert len(told(since=now)) == 4


def test_who_may_look_is_for_the_plan_to_say(floor: Floor) -> None:
    note_some(floor, 1)
    floor.follows(permissions={"audit": ["plant_manager"]})
    assert len(show(floor.database, None, asked_by=CLAIRE, plan=floor.plan)) == 1
    with pytest.raises(PermissionDeniedError, match="Only plant_manager may audit here"):
        show(floor.database, "EX-1", asked_by=MARIA, plan=floor.plan)


@pytest.mark.parametrize(
    ("typed", "subject"),
    [
        ("ex12", "EX-12"),
        ("Ex 12", "EX-12"),
        ("d-3", "D-3"),
        ("su2", "SU-2"),
        ("plan  version 4", "plan version 4"),
    ],
)
def test_subjects_are_understood_as_people_type_them(typed: str, subject: str) -> None:
    assert subject_of(typed) == subject
