"""The inbox: what Slack delivers is taken once, and by another if whoever took it never came to its end."""

from __future__ import annotations

from datetime import timedelta

from structlog.testing import capture_logs

from bot.services import inbox
from bot.services.inbox import HELD_FOR, MOST_ATTEMPTS, STALE_AFTER
from bot.store.slack_deliveries import Delivery
from tests.cast import NOON, after
from tests.services.floor import Floor

BODY = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_mention", "text": "hello"}}
SOON = timedelta(seconds=1)


def deliver(floor: Floor, event_id: str = "Ev1") -> bool:
    return inbox.first_time(floor.database, event_id, BODY, NOON)


def test_a_delivery_is_taken_once_however_often_it_is_sent(floor: Floor) -> None:
    assert [deliver(floor, event_id) for event_id in ("Ev1", "Ev2", "Ev1")] == [True, True, False]
    assert not inbox.first_time(floor.database, "Ev2", BODY, after(1))


def test_what_its_process_died_over_is_worked_on_again_as_it_came(floor: Floor) -> None:
    deliver(floor)
    assert inbox.unfinished(floor.database, NOON + HELD_FOR - SOON) == []
    again = inbox.unfinished(floor.database, NOON + HELD_FOR)
    assert again == [Delivery("Ev1", NOON, BODY, attempts=2)]
    assert inbox.unfinished(floor.database, NOON + HELD_FOR) == [], "it is held anew"
    assert not deliver(floor), "for Slack it was taken long ago"


def test_what_is_done_with_is_not_worked_on_again(floor: Floor) -> None:
    deliver(floor)
    inbox.settle(floor.database, "Ev1")
    assert inbox.unfinished(floor.database, NOON + HELD_FOR) == []
    assert not deliver(floor)


def test_what_fails_again_and_again_is_given_up_and_said(floor: Floor) -> None:
    deliver(floor)
    times = [NOON + HELD_FOR * number for number in range(1, MOST_ATTEMPTS + 2)]
    with capture_logs() as log:
        found = [len(inbox.unfinished(floor.database, now)) for now in times]
    assert found == [1] * (MOST_ATTEMPTS - 1) + [0, 0]
    assert [(line["event"], line["attempts"]) for line in log] == [("event.given_up", MOST_ATTEMPTS)]


def test_after_a_night_of_downtime_nobody_is_answered_who_has_gone_home(floor: Floor) -> None:
    deliver(floor)
    assert inbox.unfinished(floor.database, NOON + STALE_AFTER + SOON) == []
    assert inbox.unfinished(floor.database, NOON + STALE_AFTER + HELD_FOR * 2) == []


def test_two_replicas_never_take_up_the_same_one(two_replicas: tuple[Floor, Floor]) -> None:
    first, second = two_replicas
    deliver(first)
    then = NOON + HELD_FOR
    assert [len(inbox.unfinished(floor.database, then)) for floor in (first, second)] == [1, 0]
