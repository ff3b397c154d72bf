from dataclasses import replace
from datetime import timedelta

import pytest

from rules.delivery import (
    MAX_BACK_OFF,
    SETTLING,
    UNREACHED,
    DeliveryState,
    Failure,
    FailureKind,
    OutboxRow,
    Purpose,
    Urgency,
    after_failure,
    back_off,
    card_lane,
    direct_lane,
    note_lane,
)
from tests.cast import NOON

PENDING, UNKNOWN, DEAD = DeliveryState.PENDING, DeliveryState.UNKNOWN, DeliveryState.DEAD
ROW = OutboxRow(
    seq=1,
    mark="01HQ",
    purpose=Purpose.NOTE,
    thread_id=1,
    target="#filling",
    lane=note_lane(1, "#filling"),
    priority=Urgency.NOTE,
    body={},
    state=DeliveryState.SENDING,
    attempts=0,
    due=NOON,
    created_at=NOON,
)


def failure(kind: FailureKind, retry_after: float | None = None) -> Failure:
    wait = None if retry_after is None else timedelta(seconds=retry_after)
    return Failure(kind, "code", "advice", wait)


@pytest.mark.parametrize(
    ("kind", "is_post", "state", "seconds", "attempts"),
    [
        (FailureKind.NOT_DONE, True, PENDING, 1, 1),
        (FailureKind.NOT_DONE, False, PENDING, 1, 1),
        (FailureKind.MESSAGE_GONE, False, PENDING, 1, 1),
        (FailureKind.PERHAPS_DONE, True, UNKNOWN, SETTLING.total_seconds(), 1),
        (FailureKind.PERHAPS_DONE, False, PENDING, SETTLING.total_seconds(), 1),
        (FailureKind.WORKSPACE, True, PENDING, 10, 0),
        (FailureKind.REFUSED, True, DEAD, 0, 1),
        (FailureKind.REFUSED, False, DEAD, 0, 1),
    ],
)
def test_what_follows_from_a_failed_call(
    kind: FailureKind, is_post: bool, state: DeliveryState, seconds: float, attempts: int
) -> None:
    following = after_failure(ROW, failure(kind), NOON, is_post=is_post)
    assert (following.state, following.attempts) == (state, attempts)
    assert following.due == NOON + timedelta(seconds=seconds)


def test_slack_says_how_long_to_wait_and_that_is_no_failed_attempt() -> None:
    following = after_failure(ROW, failure(FailureKind.RATE_LIMITED, 30), NOON, is_post=True)
    assert (following.state, following.attempts) == (PENDING, 0)
    assert following.due == NOON + timedelta(seconds=30)


def test_a_rate_limit_without_a_time_waits_a_second() -> None:
    following = after_failure(ROW, failure(FailureKind.RATE_LIMITED), NOON, is_post=True)
    assert following.due == NOON + timedelta(seconds=1)


def test_it_is_tried_ever_more_rarely_and_never_given_up() -> None:
    waits = [back_off(attempt).total_seconds() for attempt in range(1, 9)]
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    often = after_failure(replace(ROW, attempts=10**6), failure(FailureKind.MESSAGE_GONE), NOON, is_post=True)
    assert (often.state, often.due) == (PENDING, NOON + MAX_BACK_OFF)


def test_what_never_reached_slack_keeps_its_place_however_long_slack_was_away() -> None:
    often = after_failure(replace(ROW, attempts=10**6), failure(FailureKind.NOT_DONE), NOON, is_post=True)
    assert (often.state, often.due) == (PENDING, NOON + UNREACHED)


def test_a_page_goes_before_a_note_and_a_note_before_a_count() -> None:
    assert sorted(Urgency, reverse=True) == [
        Urgency.HOME,
        Urgency.COUNT,
        Urgency.CARD,
        Urgency.NOTE,
        Urgency.PAGE,
        Urgency.CRITICAL_PAGE,
    ]


def test_notes_cards_and_directs_never_share_a_lane() -> None:
    lanes = {
        note_lane(1, "#filling"),
        note_lane(1, "#escalations"),
        note_lane(11, "#filling"),
        card_lane(1, "#filling"),
        direct_lane("@maria"),
        direct_lane("#filling"),
    }
    assert len(lanes) == 6
