"""Quarantine: nothing leaves for Slack and no clock rings until a human says so; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.pulse import Pulse
from bot.services import delivery, departures, presses, quarantine
from bot.services.quarantine import NotQuarantinedError
from bot.sweeper import Sweeper
from rules.delivery import SETTLING, DeliveryState, Failure, FailureKind, Purpose
from rules.exception_threads import FactKind, State
from tests.cast import FATIMA, MARIA, NOON, after, minutes
from tests.services.floor import Floor


def quarantined(floor: Floor) -> None:
    quarantine.begin(floor.database, by="olga", reason="a rule runs wild", now=floor.now)


def released(floor: Floor, *, drop: timedelta | None = None, operators: str | None = None) -> int:
    before = None if drop is None else floor.now - drop
    return quarantine.release(
        floor.database, by="olga", operators=operators, now=floor.now, drop_before=before
    )


class OneRound(Pulse):
    """A round of the sweeper, when the story wants one."""

    round: Callable[[], timedelta]

    def __init__(self, name: str, round_: Callable[[], timedelta]) -> None:
        super().__init__(name, round_)
        self.round = round_


def a_round_of_the_sweeper(floor: Floor) -> None:
    pulses: list[OneRound] = []

    def lend(name: str, round_: Callable[[], timedelta]) -> Pulse:
        pulses.append(OneRound(name, round_))
        return pulses[-1]

    Sweeper(floor.database, plan=lambda: floor.plan, now=lambda: floor.now, pulse=lend)
    pulses[0].round()


def test_nothing_is_sent_until_somebody_releases_it(floor: Floor) -> None:
    floor.hears()
    quarantined(floor)
    assert floor.claims() == []
    assert departures.next_departure(floor.database, floor.now) is None
    floor.now += timedelta(hours=5)
    assert floor.claims() == []
    released(floor)
    floor.shows_everything()
    assert {row.state for row in floor.rows()} == {DeliveryState.SENT}


def test_a_post_whose_answer_was_lost_is_not_looked_for_either(floor: Floor) -> None:
    floor.hears()
    (card,) = floor.claims()
    lost = Failure(FailureKind.PERHAPS_DONE, "timed_out", "The answer was lost.")
    delivery.not_delivered(floor.database, card, lost, now=floor.now)
    quarantined(floor)
    floor.now += SETTLING
    assert departures.claim_unknown(floor.database, by="relay-1", now=floor.now, limit=5) == []
    released(floor)
    assert len(departures.claim_unknown(floor.database, by="relay-1", now=floor.now, limit=5)) == 1


def test_what_comes_in_is_taken_and_presses_count(floor: Floor) -> None:
    quarantined(floor)
    floor.hears()
    presses.acknowledge(floor.database, 1, by=MARIA, seen=1, plan=floor.plan, now=floor.now)
    assert floor.thread().state is State.ACKNOWLEDGED
    assert floor.claims() == []


def test_clocks_stand_still_and_climb_one_tier_late_at_the_release(floor: Floor) -> None:
    floor.hears()
    quarantined(floor)
    floor.now = NOON + timedelta(hours=5)
    a_round_of_the_sweeper(floor)
    assert floor.kinds() == [FactKind.OPENED]
    assert quarantine.held(floor.database, floor.now).overdue == 1
    released(floor)
    a_round_of_the_sweeper(floor)
    assert floor.kinds() == [FactKind.OPENED, FactKind.ESCALATED]
    assert floor.facts()[1].late
    assert [row.target for row in floor.rows(Purpose.DIRECT)] == [f"@{FATIMA}"]


def test_a_look_before_the_release_says_what_goes_where_and_how_old_it_is(floor: Floor) -> None:
    floor.hears()
    quarantined(floor)
    held = quarantine.held(floor.database, floor.now)
    assert (held.quarantine.by, held.quarantine.reason) == ("olga", "a rule runs wild")
    assert [(each.target, each.purpose, each.total, each.oldest) for each in held.waiting] == [
        ("#filling", Purpose.CARD, 1, NOON),
        ("#filling", Purpose.NOTE, 1, NOON),
    ]


def test_old_words_are_dropped_on_demand_and_cards_never(floor: Floor) -> None:
    floor.hears()
    quarantined(floor)
    floor.now = after(60)
    floor.hears(subject="line-2")
    (left,) = [
        each
        for each in quarantine.held(floor.database, floor.now, drop_before=after(30)).waiting
        if each.purpose is Purpose.NOTE
    ]
    assert (left.total, left.oldest) == (1, after(60))
    assert released(floor, drop=minutes(30)) == 1
    states = {(row.purpose, row.thread_id): row.state for row in floor.rows()}
    assert states[Purpose.NOTE, 1] is DeliveryState.DROPPED
    assert {state for key, state in states.items() if key != (Purpose.NOTE, 1)} == {DeliveryState.PENDING}
    (dropped,) = floor.rows(state=DeliveryState.DROPPED)
    assert dropped.error == "dropped by olga at the release from quarantine"


def test_the_operators_are_told_of_the_release(floor: Floor) -> None:
    quarantined(floor)
    released(floor, operators="#control-room")
    (told,) = floor.rows(Purpose.DIRECT, target="#control-room")
    assert told.body is not None
    assert "olga released what was held back since" in told.body["text"]
    assert "(a rule runs wild)" in told.body["text"]


def test_a_second_quarantine_leaves_the_first_as_it_is(floor: Floor) -> None:
    quarantined(floor)
    floor.now = after(5)
    assert quarantine.begin(floor.database, by="ana", reason="me too", now=floor.now).by == "olga"


def test_there_is_nothing_to_release_in_ordinary_times(floor: Floor) -> None:
    with pytest.raises(NotQuarantinedError, match="Nothing is in quarantine"):
        released(floor)
    with pytest.raises(NotQuarantinedError):
        quarantine.held(floor.database, floor.now)


def test_every_replica_obeys(two_replicas: tuple[Floor, Floor]) -> None:
    first, second = two_replicas
    first.hears()
    quarantined(first)
    assert second.claims(by="relay-2") == []
    released(second)
    assert len(first.claims()) == 1
