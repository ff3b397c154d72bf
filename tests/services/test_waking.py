"""Time passes: holds ripen, clocks climb, the bot was down for a while, a subject is in trouble."""

from sqlalchemy import text

from bot.store import wakeups
from rules.delivery import Purpose
from rules.exception_threads import FactKind
from rules.reception import Fate
from tests.cast import after, event, line_down
from tests.services.floor import Floor

SUBJECTS = ("filler-2", "line-2", "packaging")


def test_what_holds_is_opened_without_another_event(floor: Floor) -> None:
    floor.follows(line_down(for_="5m"))
    (answer,) = floor.takes([event()])
    assert answer[0].words == "suppressed: held until 12:05:00 UTC: it must last 5m (rule line-down)"
    floor.waits(after(4.9))
    assert floor.rows() == []
    floor.waits(after(5))
    assert floor.thread().opened_at == after(5)
    assert "<@U0MARIA01>" in floor.notes()[0]
    floor.waits(after(6))
    assert floor.kinds() == [FactKind.OPENED]


def test_whatever_is_not_true_before_the_hold_ends_resets_it(floor: Floor) -> None:
    floor.follows(line_down(for_="5m"))
    floor.hears()
    floor.now = after(4)
    (answer,) = floor.takes([event("IDLE", at=after(4))])
    assert answer[0].words == ("suppressed: it ended before it had lasted long enough (rule line-down)")
    floor.waits(after(9))
    assert floor.rows() == []


def test_a_clear_that_arrives_late_clears_what_ripened_in_the_meantime(floor: Floor) -> None:
    floor.follows(line_down(for_="5m"))
    floor.hears()
    floor.waits(after(5))
    floor.now = after(6)
    assert floor.hears("RUNNING", at=after(4)) == (Fate.CLEARED, 1)
    assert floor.thread().cleared_at == after(4)


def test_a_clearing_that_lasts_clears_without_another_event(floor: Floor) -> None:
    floor.follows(line_down(clear_for="2m"))
    floor.hears()
    floor.now = after(1)
    floor.hears("RUNNING")
    assert floor.thread().cleared_at is None
    floor.waits(after(3))
    assert floor.thread().cleared_at == after(3)


def test_a_held_signal_whose_rule_left_the_plan_is_forgotten(floor: Floor) -> None:
    floor.follows(line_down(for_="5m"))
    floor.hears()
    floor.follows(line_down(key="another"))
    floor.waits(after(5))
    floor.waits(after(6))
    assert floor.rows() == []


def test_what_was_clearing_clears_even_though_its_rule_left_the_plan(floor: Floor) -> None:
    floor.follows(line_down(clear_for="2m"))
    floor.hears()
    floor.now = after(1)
    floor.hears("RUNNING")
    floor.follows(line_down(key="another"))
    floor.waits(after(3))
    assert floor.thread().cleared_at == after(3)


def test_each_clock_climbs_one_tier_each_time_and_then_there_is_silence(floor: Floor) -> None:
    floor.hears()
    for minute in range(300):
        floor.waits(after(minute))
    told = [(fact.kind, (fact.at - after(0)).total_seconds() / 60) for fact in floor.facts()]
    assert told == [
        (FactKind.OPENED, 0),
        (FactKind.ESCALATED, 5),
        (FactKind.ESCALATED, 15),
        (FactKind.REMINDED, 25),
        (FactKind.REMINDED, 55),
        (FactKind.EXHAUSTED, 85),
    ]
    assert {row.target for row in floor.rows(Purpose.CARD)} == {"#filling", "#escalations", "#daily-meeting"}


def test_after_downtime_each_climbs_one_tier_and_its_next_clock_runs_from_now(floor: Floor) -> None:
    for subject in SUBJECTS:
        floor.hears(subject=subject)
    floor.waits(after(600))
    for number in (1, 2, 3):
        assert (floor.thread(number).tier, floor.thread(number).due) == (1, after(610))
        assert floor.facts(number)[-1].late


def test_after_downtime_each_person_gets_one_note_of_everything_and_no_page(floor: Floor) -> None:
    for subject in SUBJECTS:
        floor.hears(subject=subject)
    before = len(floor.notes())
    floor.waits(after(600))
    assert "<@" not in "".join(floor.notes()[before:])
    (catch_up,) = floor.rows(Purpose.DIRECT)
    assert catch_up.target == "@fatima"
    assert catch_up.body is not None
    assert [line["thread_id"] for line in catch_up.body["catch_up"]] == [1, 2, 3]


def test_in_shadow_nobody_gets_a_catch_up_note(floor: Floor) -> None:
    floor.follows(shadow=True)
    floor.hears()
    floor.waits(after(600))
    assert floor.kinds()[-1] is FactKind.ESCALATED
    assert floor.rows(Purpose.DIRECT) == []


def test_a_catch_up_note_that_still_waits_grows(floor: Floor) -> None:
    floor.hears()
    floor.waits(after(600))
    floor.now = after(600)
    floor.hears(subject="line-2")
    floor.waits(after(700))
    bodies = {row.target: row.body for row in floor.rows(Purpose.DIRECT)}
    fatima = bodies["@fatima"]
    assert fatima is not None
    assert [line["thread_id"] for line in fatima["catch_up"]] == [1, 2]
    assert set(bodies) == {"@fatima", "@claire"}


def test_a_subject_that_raises_is_parked_and_does_not_block_the_others(floor: Floor) -> None:
    for subject in SUBJECTS:
        floor.hears(subject=subject)
    _corrupt_policy(floor, 2, "{broken")
    floor.waits(after(5))
    assert [floor.kinds(number)[-1] for number in (1, 3)] == [FactKind.ESCALATED, FactKind.ESCALATED]
    with floor.database.reading() as tx:
        ((kind, ref, until, trouble),) = wakeups.parked(tx)
    assert (kind, ref) == ("thread", 2)
    assert until > after(5)
    assert "broken" in trouble


def test_a_parked_subject_is_tried_ever_more_rarely_and_goes_on_when_it_is_mended(floor: Floor) -> None:
    floor.hears()
    _corrupt_policy(floor, 1, "{broken")
    waits = []
    for _ in range(9):
        with floor.database.reading() as tx:
            due = wakeups.earliest(tx)
        assert due is not None
        waits.append((due - floor.now).total_seconds())
        floor.waits(due)
    assert waits[1:] == [5, 10, 20, 40, 80, 160, 320, 600]
    _corrupt_policy(floor, 1, floor_policy)
    floor.waits(after(60))
    assert floor.kinds()[-1] is FactKind.ESCALATED
    with floor.database.reading() as tx:
        assert wakeups.parked(tx) == []


floor_policy = '{"tiers": [{"notify": ["owner"]}, {"notify": ["shift_lead@area"]}]}'


def _corrupt_policy(floor: Floor, number: int, policy: str) -> None:
    with floor.database.engine.begin() as tx:
        tx.execute(
            text("UPDATE exception_threads SET policy = :policy WHERE id = :id"),
            {"policy": policy, "id": number},
        )
