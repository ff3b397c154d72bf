"""Whose Home tab is redrawn by what, and how drawings that cross each other end."""

from __future__ import annotations

from bot.services import delivery, departures, homes, presses, suppressions, undeliverable
from bot.services.delivery import Parcel
from bot.services.homes import fingerprint, home_of
from bot.services.sessions import schedule_sessions
from rules.delivery import DeliveryState, Failure, FailureKind, Purpose
from rules.pace import PUBLISH
from rules.suppressions import Matcher
from tests.cast import CLAIRE, FATIMA, JONAS, MARIA, after, minutes, plan_in_force
from tests.services.floor import Floor

NOT_ENABLED = Failure(FailureKind.REFUSED, "not_enabled", "Switch it on.")


def looks(floor: Floor, person: str = MARIA) -> None:
    """Somebody opens their Home tab, and it is drawn."""
    homes.opened(floor.database, person, view(floor, person), plan=floor.plan, now=floor.now)
    is_drawn(floor, *waiting(floor))


def view(floor: Floor, person: str = MARIA) -> dict[str, object]:
    return home_of(floor.database, person, plan=floor.plan, now=floor.now, workspace_url="https://mill")


def waiting(floor: Floor) -> list[Parcel]:
    """The drawings that the relay takes, once they have gathered."""
    floor.now += minutes(1)
    return [parcel for parcel in floor.claims() if parcel.row.purpose is Purpose.HOME]


def is_drawn(floor: Floor, *parcels: Parcel) -> None:
    for parcel in parcels:
        shown = fingerprint(view(floor, parcel.row.target[1:]))
        delivery.home_drawn(
            floor.database, parcel, shown=shown, plan_version=floor.plan.version, now=floor.now
        )


def redrawn(floor: Floor) -> list[str]:
    """Whose Home tabs are drawn now."""
    parcels = waiting(floor)
    is_drawn(floor, *parcels)
    return [parcel.row.target for parcel in parcels]


def test_nothing_is_written_for_somebody_who_never_looked(floor: Floor) -> None:
    floor.hears()
    assert floor.rows(Purpose.HOME) == []


def test_its_owner_is_drawn_once_however_much_happens(floor: Floor) -> None:
    looks(floor)
    for subject in ("filler-2", "line-2", "filling"):
        floor.hears(subject=subject)
    assert len(floor.rows(Purpose.HOME, state=DeliveryState.PENDING)) == 1
    (parcel,) = waiting(floor)
    assert (parcel.row.target, parcel.method) == ("@maria", PUBLISH)


def test_it_goes_last(floor: Floor) -> None:
    looks(floor)
    floor.hears()
    assert floor.claims(limit=1)[0].row.purpose is Purpose.CARD
    rows = floor.rows(state=DeliveryState.PENDING)
    assert max(rows, key=lambda row: row.priority).purpose is Purpose.HOME


def test_one_more_occurrence_is_nothing_that_shows(floor: Floor) -> None:
    floor.hears()
    looks(floor)
    floor.hears()
    assert redrawn(floor) == []


def test_a_maintenance_window_is_shown_to_everybody_who_has_a_home_while_it_holds(floor: Floor) -> None:
    looks(floor)
    suppressions.suppress(
        floor.database,
        matcher=Matcher(places=("line-2",)),
        begins=after(20),
        ends=after(60),
        reason="greasing",
        by=FATIMA,
        plan=floor.plan,
        now=floor.now,
    )
    assert (redrawn(floor), "SU-1" in str(view(floor))) == ([], False)
    floor.waits(after(20))
    assert "SU-1 Line 2 · until" in str(view(floor))
    assert redrawn(floor) == ["@maria"]
    floor.waits(after(60))
    assert (redrawn(floor), "SU-1" in str(view(floor))) == (["@maria"], False)


def test_whoever_hands_it_on_and_whoever_gets_it_are_both_drawn(floor: Floor) -> None:
    floor.hears()
    looks(floor)
    looks(floor, FATIMA)
    presses.acknowledge(floor.database, 1, by=FATIMA, seen=None, plan=floor.plan, now=floor.now)
    assert redrawn(floor) == ["@fatima", "@maria"]


def test_a_clock_that_runs_out_is_drawn(floor: Floor) -> None:
    looks(floor)
    floor.hears()
    redrawn(floor)
    floor.waits(after(60))
    assert redrawn(floor) == ["@maria"]


def test_a_drawing_that_was_begun_before_the_change_is_followed_by_another(floor: Floor) -> None:
    looks(floor)
    floor.hears()
    (begun,) = waiting(floor)
    floor.hears(subject="line-2")
    is_drawn(floor, begun)
    assert redrawn(floor) == ["@maria"]


def test_opened_while_a_drawing_is_on_its_way_is_drawn_once_more(floor: Floor) -> None:
    looks(floor)
    floor.hears()
    older = view(floor)
    floor.hears(subject="line-2")
    (on_its_way,) = waiting(floor)
    homes.opened(floor.database, MARIA, older, plan=floor.plan, now=floor.now)
    is_drawn(floor, on_its_way)
    (again,) = waiting(floor)
    assert again.home is not None
    assert again.home.shown is None, "nobody knows which of the two Slack shows"


def test_another_plan_redraws_everybody_once_whatever_restarts(floor: Floor) -> None:
    looks(floor)
    floor.plan = plan_in_force(version=2)
    for _ in range(2):
        schedule_sessions(floor.database, plan=floor.plan, now=floor.now)
        floor.now += minutes(1)
    assert redrawn(floor) == ["@maria"]
    schedule_sessions(floor.database, plan=floor.plan, now=floor.now)
    assert redrawn(floor) == []


def test_a_refused_drawing_is_dead_and_told_to_nobody_until_it_is_opened_again(floor: Floor) -> None:
    looks(floor)
    floor.hears()
    (parcel,) = waiting(floor)
    undeliverable.bury(floor.database, parcel, NOT_ENABLED, elsewhere=False, plan=floor.plan, now=floor.now)
    (dead,) = undeliverable.troubled(floor.database)
    assert (dead.target, dead.state) == ("@maria", DeliveryState.DEAD)
    assert floor.rows(Purpose.DIRECT) == []
    floor.hears(subject="line-2")
    assert redrawn(floor) == []
    looks(floor)
    floor.hears(subject="filling")
    assert redrawn(floor) == ["@maria"]


def test_a_drawing_whose_sender_died_is_simply_sent_again(floor: Floor) -> None:
    looks(floor)
    floor.hears()
    (lost,) = waiting(floor)
    floor.now += minutes(2)
    floor.claims()
    unknown = {
        parcel.row.seq: parcel
        for parcel in departures.claim_unknown(floor.database, by="relay-2", now=floor.now, limit=9)
    }[lost.row.seq]
    delivery.not_found(floor.database, unknown, now=floor.now)
    assert redrawn(floor) == ["@maria"]


def test_neither_holds_up_the_other_when_pace_is_used_up(floor: Floor) -> None:
    looks(floor)
    for number in range(12):
        floor.hears(subject=f"filler-2/motor-{number}")
    floor.now += minutes(1)
    claimed = floor.claims()
    assert Purpose.HOME in {parcel.row.purpose for parcel in claimed}, "a channel is full, Home is none"
    floor.hears(subject="line-2")
    floor.now += minutes(1 / 30)
    assert floor.claims(limit=1)[0].row.purpose is Purpose.CARD


def test_drawings_keep_their_own_pace(floor: Floor) -> None:
    for person in (MARIA, FATIMA, CLAIRE, JONAS):
        homes.opened(floor.database, person, None, plan=floor.plan, now=floor.now)
    floor.now += minutes(1)
    assert len(floor.claims()) == 3
    assert floor.claims() == []
    floor.now += minutes(1 / 60)
    assert len(floor.claims()) == 1
